#include "CSHA256.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

static const uint32_t K[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#define SHA __attribute__((target("sha,sse4.1,ssse3")))

int rapport_sha256_is_available(void) {
  static int answer = -1;
  if (answer < 0) {
    unsigned a, b, c, d;
    int has = __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1);
    has = has && __get_cpuid(1, &a, &b, &c, &d) && (c >> 19 & 1) && (c >> 9 & 1);
    answer = has;
  }
  return answer;
}

// A message being hashed: its state, and where its next block comes from.
typedef struct {
  __m128i abef, cdgh;
  const uint8_t *bytes;
  size_t count;    // of bytes, the prefix not counted
  size_t blocks;   // in all
  size_t next;     // block
  unsigned head;   // 1 where there is a prefix
  uint8_t prefix;
  uint8_t buffer[64];
} Message;

SHA static inline void begin(Message *m, int prefix, const uint8_t *bytes, size_t count) {
  // ABEF and CDGH of the initial state.
  m->abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c);
  m->cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19);
  m->bytes = bytes;
  m->count = count;
  m->head = prefix >= 0;
  m->prefix = (uint8_t)prefix;
  m->blocks = (count + m->head + 9 + 63) / 64;
  m->next = 0;
}

// The next block of 64 bytes: in place where it lies whole within the bytes, else put together.
static inline const uint8_t *block(Message *m) {
  const size_t start = m->next++ * 64;
  const size_t total = m->count + m->head;
  if (start >= m->head && start + 64 <= total) return m->bytes + start - m->head;
  memset(m->buffer, 0, 64);
  size_t place = 0, from = start;
  if (from < m->head) {
    m->buffer[place++] = m->prefix;
    from++;
  }
  if (from < total) {
    size_t size = total - from < 64 - place ? total - from : 64 - place;
    memcpy(m->buffer + place, m->bytes + from - m->head, size);
    place += size;
    from += size;
  }
  if (from == total && place < 64 && start <= total && total < start + 64) m->buffer[total - start] = 0x80;
  if (m->next == m->blocks) {
    const uint64_t bits = (uint64_t)total * 8;
    for (int i = 0; i < 8; i++) m->buffer[63 - i] = (uint8_t)(bits >> (8 * i));
  }
  return m->buffer;
}

#define ROUNDS(i, s0, s1, w0, w1, w2, w3)                                                       \
  {                                                                                             \
    __m128i t = _mm_add_epi32(w0, _mm_load_si128((const __m128i *)(K + 4 * (i))));              \
    s1 = _mm_sha256rnds2_epu32(s1, s0, t);                                                      \
    s0 = _mm_sha256rnds2_epu32(s0, s1, _mm_shuffle_epi32(t, 0x0E));                             \
    if ((i) < 12)                                                                               \
      w0 = _mm_sha256msg2_epu32(                                                                \
          _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4)), w3);         \
  }

#define LOAD(p, i) _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)((p) + 16 * (i))), swap)

SHA static inline void one(Message *m) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  const uint8_t *p = block(m);
  __m128i s0 = m->abef, s1 = m->cdgh;
  __m128i a = LOAD(p, 0), b = LOAD(p, 1), c = LOAD(p, 2), d = LOAD(p, 3);
  for (int i = 0; i < 16; i += 4) {
    ROUNDS(i, s0, s1, a, b, c, d)
    ROUNDS(i + 1, s0, s1, b, c, d, a)
    ROUNDS(i + 2, s0, s1, c, d, a, b)
    ROUNDS(i + 3, s0, s1, d, a, b, c)
  }
  m->abef = _mm_add_epi32(m->abef, s0);
  m->cdgh = _mm_add_epi32(m->cdgh, s1);
}

SHA static inline void two(Message *m, Message *n) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  const uint8_t *p = block(m), *q = block(n);
  __m128i s0 = m->abef, s1 = m->cdgh, t0 = n->abef, t1 = n->cdgh;
  __m128i a = LOAD(p, 0), b = LOAD(p, 1), c = LOAD(p, 2), d = LOAD(p, 3);
  __m128i e = LOAD(q, 0), f = LOAD(q, 1), g = LOAD(q, 2), h = LOAD(q, 3);
  for (int i = 0; i < 16; i += 4) {
    ROUNDS(i, s0, s1, a, b, c, d)
    ROUNDS(i, t0, t1, e, f, g, h)
    ROUNDS(i + 1, s0, s1, b, c, d, a)
    ROUNDS(i + 1, t0, t1, f, g, h, e)
    ROUNDS(i + 2, s0, s1, c, d, a, b)
    ROUNDS(i + 2, t0, t1, g, h, e, f)
    ROUNDS(i + 3, s0, s1, d, a, b, c)
    ROUNDS(i + 3, t0, t1, h, e, f, g)
  }
  m->abef = _mm_add_epi32(m->abef, s0);
  m->cdgh = _mm_add_epi32(m->cdgh, s1);
  n->abef = _mm_add_epi32(n->abef, t0);
  n->cdgh = _mm_add_epi32(n->cdgh, t1);
}

SHA static inline void finish(const Message *m, uint64_t words[4]) {
  uint32_t x[4], y[4];
  _mm_storeu_si128((__m128i *)x, m->abef);
  _mm_storeu_si128((__m128i *)y, m->cdgh);
  // From the highest: A B E F, and C D G H.
  words[0] = (uint64_t)x[3] << 32 | x[2];
  words[1] = (uint64_t)y[3] << 32 | y[2];
  words[2] = (uint64_t)x[1] << 32 | x[0];
  words[3] = (uint64_t)y[1] << 32 | y[0];
}

SHA void rapport_sha256(int prefix, const uint8_t *bytes, size_t count, uint64_t words[4]) {
  Message m;
  begin(&m, prefix, bytes, count);
  while (m.next < m.blocks) one(&m);
  finish(&m, words);
}

SHA void rapport_sha256_many(int prefix, const uint8_t *bytes, const uint64_t *ranges, size_t n, uint64_t *words) {
  size_t i = 0;
  for (; i + 1 < n; i += 2) {
    Message m, k;
    begin(&m, prefix, bytes + ranges[2 * i], ranges[2 * i + 1] - ranges[2 * i]);
    begin(&k, prefix, bytes + ranges[2 * i + 2], ranges[2 * i + 3] - ranges[2 * i + 2]);
    while (m.next < m.blocks && k.next < k.blocks) two(&m, &k);
    while (m.next < m.blocks) one(&m);
    while (k.next < k.blocks) one(&k);
    finish(&m, words + 4 * i);
    finish(&k, words + 4 * i + 4);
  }
  if (i < n) rapport_sha256(prefix, bytes + ranges[2 * i], ranges[2 * i + 1] - ranges[2 * i], words + 4 * i);
}

SHA void rapport_sha256_nodes(const uint64_t *pairs, size_t n, uint64_t *words) {
  uint8_t bytes[128];
  for (size_t i = 0; i < n; i += 2) {
    const size_t both = i + 1 < n ? 16 : 8;
    for (size_t k = 0; k < both; k++) {
      const uint64_t word = __builtin_bswap64(pairs[8 * i + k]);
      memcpy(bytes + 8 * k, &word, 8);
    }
    const uint64_t ranges[4] = {0, 64, 64, 128};
    rapport_sha256_many(1, bytes, ranges, both / 8, words + 4 * i);
  }
}

#else

int rapport_sha256_is_available(void) { return 0; }
void rapport_sha256(int prefix, const uint8_t *bytes, size_t count, uint64_t words[4]) { __builtin_trap(); }
void rapport_sha256_many(int prefix, const uint8_t *bytes, const uint64_t *ranges, size_t n, uint64_t *words) { __builtin_trap(); }
void rapport_sha256_nodes(const uint64_t *pairs, size_t n, uint64_t *words) { __builtin_trap(); }

#endif
