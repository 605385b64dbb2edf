// SHA-256 by the SHA instructions of x86-64, one message or two at once: the instructions have a long latency, so two
// messages side by side take little longer than one. Where a processor lacks them, the caller takes another way.
#ifndef RAPPORT_CSHA256_H
#define RAPPORT_CSHA256_H

#include <stddef.h>
#include <stdint.h>

// Whether the functions below may be called.
int rapport_sha256_is_available(void);

// The hash of `prefix` (a byte; none where it is negative) and `count` bytes, as four big-endian words in host order.
void rapport_sha256(int prefix, const uint8_t *bytes, size_t count, uint64_t words[4]);

// The hashes of `n` messages, each `prefix` and `bytes[ranges[2i] ..< ranges[2i + 1]]`; four words each.
void rapport_sha256_many(int prefix, const uint8_t *bytes, const uint64_t *ranges, size_t n, uint64_t *words);

// The hashes of `n` messages of the byte 1 and eight words each, written big-endian: inner nodes of a hash tree.
void rapport_sha256_nodes(const uint64_t *pairs, size_t n, uint64_t *words);

#endif
