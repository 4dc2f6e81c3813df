#include "picture.hpp"

#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include <zlib.h>

namespace dreamina::stand_in {
namespace {

using std::string_view_literals::operator""sv;

struct PixelShape {
    unsigned width, height;
};

constexpr auto shapes = std::to_array<PixelShape>({{256, 256}, {256, 144}, {144, 256}, {256, 192}});

/// Neighbouring numbers give unlike ones (SplitMix64).
std::uint64_t scattered(std::uint64_t number)
{
    number += 0x9E3779B97F4A7C15U;
    number = (number ^ (number >> 30U)) * 0xBF58476D1CE4E5B9U;
    number = (number ^ (number >> 27U)) * 0x94D049BB133111EBU;
    return number ^ (number >> 31U);
}

std::string big_endian(std::uint64_t value, int size)
{
    std::string text;
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xFFU);
    return text;
}

std::string png_chunk(std::string_view type, std::string_view data)
{
    const std::string summed = std::string(type).append(data);
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(summed.data()), static_cast<uInt>(summed.size()));
    return big_endian(data.size(), 4) + summed + big_endian(sum, 4);
}

/// From one colour to the other in 256 steps.
std::string palette(std::uint64_t chosen)
{
    std::string colours;
    for (unsigned step = 0; step < 256; ++step) {
        for (unsigned part = 0; part < 3; ++part) {
            const unsigned from = chosen >> (8 * part) & 0xFFU;
            const unsigned to = chosen >> (8 * part + 24) & 0xFFU;
            colours += static_cast<char>((from * (255 - step) + to * step) / 255);
        }
    }
    return colours;
}

/// Where between the two colours a pixel is: a gradient, rings or slanting waves.
unsigned step_at(unsigned pattern, const PixelShape& shape, unsigned x, unsigned y)
{
    const double right = x - shape.width / 2.0;
    const double down = y - shape.height / 2.0;
    switch (pattern) {
    case 0: return 255 * (x + y) / (shape.width + shape.height);
    case 1: return static_cast<unsigned>(127.5 + 127.5 * std::cos(std::hypot(right, down) / 9));
    default: return static_cast<unsigned>(127.5 + 127.5 * std::sin((right + 1.7 * down) / 14));
    }
}

/// Each line after a byte that says it is not filtered.
std::string lines_of(const PixelShape& shape, unsigned pattern)
{
    std::string lines;
    for (unsigned y = 0; y < shape.height; ++y) {
        lines += '\0';
        for (unsigned x = 0; x < shape.width; ++x) lines += static_cast<char>(step_at(pattern, shape, x, y));
    }
    return lines;
}

std::string compressed(std::string_view bytes)
{
    uLongf size = compressBound(bytes.size());
    std::string packed(size, '\0');
    compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()),
             bytes.size());
    packed.resize(size);
    return packed;
}

}  // namespace

Bytes picture_png(std::uint64_t number)
{
    const std::uint64_t chosen = scattered(number);
    const PixelShape& shape = shapes[chosen >> 48U & 3U];
    const auto pattern = static_cast<unsigned>(chosen >> 56U) % 3;
    // Eight bits for each pixel, of a palette; not interlaced.
    const std::string header = big_endian(shape.width, 4) + big_endian(shape.height, 4) + std::string("\10\3\0\0\0"sv);
    return make_bytes("\x89PNG\r\n\x1A\n" + png_chunk("IHDR", header) + png_chunk("PLTE", palette(chosen)) +
                      png_chunk("IDAT", compressed(lines_of(shape, pattern))) + png_chunk("IEND", ""));
}

Bytes film_mp4(std::uint64_t number)
{
    return make_bytes(big_endian(24, 4) + "ftypisom" + big_endian(512, 4) + "isommp41" + big_endian(16, 4) + "free" +
                      big_endian(number, 8));
}

}  // namespace dreamina::stand_in
