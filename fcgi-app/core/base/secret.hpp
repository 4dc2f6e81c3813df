#pragma once
/// Random tokens, digests of secrets and comparisons whose time tells nothing. libsodium behind all of it.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace dreamina {

/// Before any other use of libsodium, any number of times. Throws std::runtime_error if the system gives no randomness.
void start_sodium();

/// A crash leaves no core file behind, in which sessions and keys could be read. First thing in a program.
void leave_no_core_file();

/// `bytes` random bytes from the system as lower-case hex.
std::string random_hex(std::size_t bytes);

/// The same for what must be unique but is no secret: the bytes have lain in memory, since they are fetched many at a
/// time. A system call for each would cost thirty times as much. At most 64 bytes.
std::string unique_hex(std::size_t bytes);

/// Lower-case hex, two digits a byte.
std::string to_hex(const unsigned char* bytes, std::size_t count);

/// So many letters and digits, each of the 62 as likely as any other.
std::string random_letters_and_digits(std::size_t length);

/// A digest that can be kept where the secret must not be (64 hex digits, BLAKE2b-256).
std::string secret_digest(std::string_view secret);

/// True if equal; takes the same time wherever they differ, whatever their lengths.
bool constant_time_equal(std::string_view left, std::string_view right);

}  // namespace dreamina
