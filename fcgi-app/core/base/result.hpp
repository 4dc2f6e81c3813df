#pragma once
/// A failure that the caller acts on (bad input, a row that is not there, an upstream that is away).
/// Failures that end the work at hand (a broken database, no memory) are exceptions instead.

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace dreamina {

struct Error {
    std::string code;     ///< snake_case, stable, for programs
    std::string message;  ///< a sentence for people; never holds a secret
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string code, std::string message)
{
    return tl::unexpected(Error{std::move(code), std::move(message)});
}

}  // namespace dreamina
