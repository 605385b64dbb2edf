// What Swift cannot call well: CRC32C by instruction, locks of an open file description, flags of
// fallocate and of open. Each function says why it stands here.
#ifndef RAPPORT_CDISK_H
#define RAPPORT_CDISK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// CRC32C (Castagnoli, reflected) of `count` bytes, going on from `crc` (0 at the start). Uses the SSE4.2 or
// ARMv8 instruction where the processor has it, a table otherwise. Swift has no intrinsic for it.
uint32_t rapport_crc32c(uint32_t crc, const void *bytes, size_t count);

// The same by table: the oracle of the tests.
uint32_t rapport_crc32c_by_table(uint32_t crc, const void *bytes, size_t count);

// Takes the write lock of the whole file for this open file description (F_OFD_SETLK). 0, or an errno;
// EAGAIN or EACCES when another description holds it. `struct flock` and fcntl are variadic in Swift.
int rapport_lock(int descriptor);

// open(2) with O_CLOEXEC added; open is variadic, which Swift does not import. -1 and errno on failure.
int rapport_open(const char *path, int flags, mode_t mode);

// Allocates space without changing what is there (fallocate, mode 0). 0, or an errno.
int rapport_reserve(int descriptor, off_t offset, off_t size);

// Names the calling thread for debuggers; a GNU extension that Swift's Glibc does not show.
void rapport_name_thread(const char *name);

// Lets everything else go first: the lowest priority of the calling thread for processor and disk. ioprio_set has no
// wrapper in the C library.
void rapport_give_way(void);

// Whether the system gives `count` threads at once, 1 to 64: starts them, and lets them end.
int rapport_can_start_threads(int count);

// The loops of a scan that must run at the speed of memory; the optimiser turns them into vector instructions, which
// Swift's bounds checks prevent.
//
// `count` numbers of `width` bits (0 to 64), from number `first` of those packed into `size` bytes (lowest bits first;
// bits behind the end read as zero), each times `unit` plus `base`, wrapping.
void rapport_unpack(const uint8_t *bytes, size_t size, size_t first, size_t count, unsigned width, uint64_t base,
                    uint64_t unit, uint64_t *output);
// `count` little-endian numbers of `width` bytes (1, 2 or 4) as 32-bit ones. Returns the largest.
uint32_t rapport_widen(const void *bytes, size_t count, unsigned width, uint32_t *output);
// The customer and revision of each of `rows` rows, from postings of `width` bits (at most 32) and a bit for each
// posting that begins a customer (⌈rows ÷ 8⌉ bytes). `first` holds each customer's first revision. 1, or 0 where the
// postings are no permutation of the rows, not ascending within a customer, or of another number of customers.
int rapport_scatter(const uint8_t *packed, size_t size, unsigned width, const uint8_t *starts, size_t rows,
                    uint32_t customers, const uint32_t *first, uint32_t *customer, uint32_t *revision);

// How often a byte stands in `count` bytes.
size_t rapport_count(const uint8_t *bytes, size_t count, uint8_t byte);

// The place of the first of `count` pairs of words that is this one, as they lie in memory; `count` where none is.
size_t rapport_find_wide(const uint8_t *bytes, size_t count, uint64_t first, uint64_t second);

// Asks the kernel to forget the file's clean pages (posix_fadvise), so that the next read asks the device. 0, or an errno.
int rapport_drop_cache(int descriptor);

// open(2) flags, whose macros Swift does not import where they are expressions.
extern const int rapport_O_RDONLY, rapport_O_RDWR_CREATE, rapport_O_RDWR_CREATE_NEW, rapport_O_RDWR, rapport_O_DIRECTORY;

#endif
