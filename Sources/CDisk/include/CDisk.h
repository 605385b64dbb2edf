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

// Asks the kernel to forget the file's clean pages (posix_fadvise), so that the next read asks the device. 0, or an errno.
int rapport_drop_cache(int descriptor);

// open(2) flags, whose macros Swift does not import where they are expressions.
extern const int rapport_O_RDONLY, rapport_O_RDWR_CREATE, rapport_O_RDWR_CREATE_NEW, rapport_O_RDWR, rapport_O_DIRECTORY;

#endif
