// The innermost loops of a scan over columns. Bounds are the caller's: every function says what it reads and writes.
#include "CDisk.h"

#include <string.h>

void rapport_unpack(const uint8_t *bytes, size_t size, size_t first, size_t count, unsigned width,
                    uint64_t base, uint64_t unit, uint64_t *output) {
  if (width == 0) {
    for (size_t i = 0; i < count; i++) output[i] = base;
    return;
  }
  const uint64_t mask = width == 64 ? ~0ull : (1ull << width) - 1;
  uint64_t bit = (uint64_t)first * width;
  for (size_t i = 0; i < count; i++, bit += width) {
    const size_t place = (size_t)(bit >> 3);
    const unsigned shift = (unsigned)(bit & 7);
    uint64_t word = 0;
    if (place + 8 <= size) {
      memcpy(&word, bytes + place, 8);
    } else {
      for (size_t k = 0; place + k < size; k++) word |= (uint64_t)bytes[place + k] << (8 * k);
    }
    uint64_t value = word >> shift;
    if (shift + width > 64) value |= (uint64_t)(place + 8 < size ? bytes[place + 8] : 0) << (64 - shift);
    output[i] = base + (value & mask) * unit;
  }
}

uint32_t rapport_widen(const void *bytes, size_t count, unsigned width, uint32_t *output) {
  uint32_t most = 0;
  if (width == 1) {
    const uint8_t *p = bytes;
    for (size_t i = 0; i < count; i++) {
      output[i] = p[i];
      most = most > p[i] ? most : p[i];
    }
  } else if (width == 2) {
    for (size_t i = 0; i < count; i++) {
      uint16_t value;
      memcpy(&value, (const uint8_t *)bytes + 2 * i, 2);
      output[i] = value;
      most = most > value ? most : value;
    }
  } else {
    for (size_t i = 0; i < count; i++) {
      uint32_t value;
      memcpy(&value, (const uint8_t *)bytes + 4 * i, 4);
      output[i] = value;
      most = most > value ? most : value;
    }
  }
  return most;
}

int rapport_scatter(const uint8_t *packed, size_t size, unsigned width, const uint8_t *starts, size_t rows,
                    uint32_t customers, const uint32_t *first, uint32_t *customer, uint32_t *revision) {
  memset(customer, 0xFF, rows * sizeof *customer);
  const uint64_t mask = width == 64 ? ~0ull : (1ull << width) - 1;
  uint64_t bit = 0;
  uint32_t current = UINT32_MAX;
  uint32_t next = 0;
  int64_t last = -1;
  for (size_t i = 0; i < rows; i++, bit += width) {
    const size_t place = (size_t)(bit >> 3);
    uint64_t word = 0;
    if (place + 8 <= size) {
      memcpy(&word, packed + place, 8);
    } else {
      for (size_t k = 0; place + k < size; k++) word |= (uint64_t)packed[place + k] << (8 * k);
    }
    const uint64_t row = (word >> (bit & 7)) & mask;
    if (starts[i >> 3] >> (i & 7) & 1) {
      if (++current >= customers) return 0;
      next = first[current];
      last = -1;
    }
    if (current == UINT32_MAX || row >= rows || (int64_t)row <= last || customer[row] != UINT32_MAX) return 0;
    last = (int64_t)row;
    customer[row] = current;
    revision[row] = next++;
  }
  return current == customers - 1;
}

size_t rapport_count(const uint8_t *bytes, size_t count, uint8_t byte) {
  size_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += bytes[i] == byte;
  return sum;
}

size_t rapport_find_wide(const uint8_t *bytes, size_t count, uint64_t first, uint64_t second) {
  for (size_t i = 0; i < count; i++) {
    uint64_t words[2];
    memcpy(words, bytes + 16 * i, 16);
    if (words[0] == first && words[1] == second) return i;
  }
  return count;
}
