#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include "CDisk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

const int rapport_O_RDONLY = O_RDONLY;
const int rapport_O_RDWR = O_RDWR;
const int rapport_O_RDWR_CREATE = O_RDWR | O_CREAT;
const int rapport_O_RDWR_CREATE_NEW = O_RDWR | O_CREAT | O_EXCL;
const int rapport_O_DIRECTORY = O_RDONLY | O_DIRECTORY;

static uint32_t table[256];

__attribute__((constructor(101))) static void make_table(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; bit++) value = (value >> 1) ^ (0x82F63B78u & (0u - (value & 1)));
    table[i] = value;
  }
}

uint32_t rapport_crc32c_by_table(uint32_t crc, const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  crc = ~crc;
  while (count--) crc = (crc >> 8) ^ table[(crc ^ *p++) & 0xFF];
  return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

// The instruction takes three cycles and a new one can begin in each: three lanes of a block run side by side, and their
// sums are joined. `shifts[n]` moves a sum past as many zero bytes as a lane of that size has, a byte of the sum at a time.
static const size_t lane_sizes[2] = {1024, 128};
static uint32_t shifts[2][4][256];

__attribute__((constructor(102))) static void make_shifts(void) {
  for (int n = 0; n < 2; n++) {
    uint32_t bits[32];
    for (int bit = 0; bit < 32; bit++) {
      uint32_t value = 1u << bit;
      for (size_t i = 0; i < lane_sizes[n]; i++) value = (value >> 8) ^ table[value & 0xFF];
      bits[bit] = value;
    }
    for (int place = 0; place < 4; place++)
      for (int byte = 0; byte < 256; byte++) {
        uint32_t sum = 0;
        for (int bit = 0; bit < 8; bit++)
          if (byte >> bit & 1) sum ^= bits[8 * place + bit];
        shifts[n][place][byte] = sum;
      }
  }
}

static inline uint32_t shifted(int n, uint32_t sum) {
  return shifts[n][0][sum & 0xFF] ^ shifts[n][1][sum >> 8 & 0xFF] ^ shifts[n][2][sum >> 16 & 0xFF] ^
         shifts[n][3][sum >> 24];
}

__attribute__((target("sse4.2"))) static uint32_t crc32c_by_instruction(
    uint32_t crc, const uint8_t *p, size_t count) {
  uint64_t value = ~crc;
  for (int n = 0; n < 2; n++) {
    const size_t lane = lane_sizes[n];
    while (count >= 3 * lane) {
      uint64_t second = 0, third = 0;
      for (size_t i = 0; i < lane; i += 8) {
        uint64_t words[3];
        memcpy(&words[0], p + i, 8);
        memcpy(&words[1], p + lane + i, 8);
        memcpy(&words[2], p + 2 * lane + i, 8);
        value = _mm_crc32_u64(value, words[0]);
        second = _mm_crc32_u64(second, words[1]);
        third = _mm_crc32_u64(third, words[2]);
      }
      value = shifted(n, shifted(n, (uint32_t)value) ^ (uint32_t)second) ^ (uint32_t)third;
      p += 3 * lane;
      count -= 3 * lane;
    }
  }
  while (count >= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    value = _mm_crc32_u64(value, word);
    p += 8;
    count -= 8;
  }
  while (count--) value = _mm_crc32_u8((uint32_t)value, *p++);
  return ~(uint32_t)value;
}

uint32_t rapport_crc32c(uint32_t crc, const void *bytes, size_t count) {
  if (__builtin_cpu_supports("sse4.2")) return crc32c_by_instruction(crc, bytes, count);
  return rapport_crc32c_by_table(crc, bytes, count);
}
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

uint32_t rapport_crc32c(uint32_t crc, const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  crc = ~crc;
  while (count >= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    crc = __crc32cd(crc, word);
    p += 8;
    count -= 8;
  }
  while (count--) crc = __crc32cb(crc, *p++);
  return ~crc;
}
#else
uint32_t rapport_crc32c(uint32_t crc, const void *bytes, size_t count) {
  return rapport_crc32c_by_table(crc, bytes, count);
}
#endif

int rapport_lock(int descriptor) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  while (fcntl(descriptor, F_OFD_SETLK, &lock) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

int rapport_open(const char *path, int flags, mode_t mode) {
  return open(path, flags | O_CLOEXEC, mode);
}

int rapport_reserve(int descriptor, off_t offset, off_t size) {
  while (fallocate(descriptor, 0, offset, size) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

void rapport_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

void rapport_give_way(void) {
  // On Linux priorities belong to threads. Both calls are wishes: where they are refused, the thread runs as others do.
  const int best_effort_lowest = 2 << 13 | 7;
  (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 19);
  (void)syscall(SYS_ioprio_set, 1, 0, best_effort_lowest);
}

int rapport_drop_cache(int descriptor) { return posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED); }

static void *wait_for_start(void *start) {
  pthread_mutex_lock(start);
  pthread_mutex_unlock(start);
  return NULL;
}

int rapport_can_start_threads(int count) {
  pthread_t threads[64];
  pthread_mutex_t start = PTHREAD_MUTEX_INITIALIZER;
  int started = 0;
  if (count > 64) count = 64;
  pthread_mutex_lock(&start);
  while (started < count && pthread_create(&threads[started], NULL, wait_for_start, &start) == 0) started++;
  pthread_mutex_unlock(&start);
  for (int number = 0; number < started; number++) pthread_join(threads[number], NULL);
  return started == count;
}
