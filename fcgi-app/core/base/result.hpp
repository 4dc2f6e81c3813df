#pragma once
/// A failure that the caller acts on (bad input, a row that is not there, an upstream that is away).
/// Failures that end the work at hand (a broken database, no memory) are exceptions instead.

#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "core/base/message/message.hpp"

namespace dreamina {

struct Error {
    std::string code;     ///< snake_case, stable, for programs
    std::string message;  ///< a sentence for people, in English; never holds a secret
    Message reason = {};  ///< the same without its words; empty where it has only words so far
    /// Where it stands for several, such as all that is wrong with a form: each of them. None of these has its own.
    std::vector<Error> each = {};
};

/// What an error says, to be stored or sent.
inline Message message_of(const Error& error)
{
    return error.reason.empty() ? external_text(error.message) : error.reason;
}

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string code, std::string message)
{
    return tl::unexpected(Error{std::move(code), std::move(message)});
}

/// Its message is the reason's English.
inline Error make_error(std::string code, Message reason)
{
    std::string words = english(reason);
    return {std::move(code), std::move(words), std::move(reason)};
}

inline tl::unexpected<Error> failure(std::string code, Message reason)
{
    return tl::unexpected(make_error(std::move(code), std::move(reason)));
}

}  // namespace dreamina
