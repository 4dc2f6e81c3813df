#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "answers.hpp"
#include "jimeng/upstream.hpp"

namespace dreamina::stand_in {

/// One answer as an upstream words it, by the name "a.MEANING.VARIANT" or "b.MEANING.VARIANT"; the
/// meanings are those of the contract's table. In a message stand for what the request had:
/// {method} {target} {model}, {picture} (the first address in its body), {proxy} (host and port of
/// the token's proxy) and {proxy_host}.
struct Failure {
    std::string_view name;
    int code;  ///< A: the code of the body; B: the HTTP status
    std::string_view message;
};

std::span<const Failure> failures_of_a();
std::span<const Failure> failures_of_b();

/// An answer of something between us and an upstream, or of something that is none: "gateway.…".
struct GatewayAnswer {
    std::string_view name;
    int status;
    std::string_view reason;  ///< empty: the usual phrase
    std::string_view content_type;
    std::string_view body;
    std::string_view location;  ///< of a redirect
};

std::span<const GatewayAnswer> gateway_answers();

/// Whether a rule may have this answer; the names without an upstream are row_names()'.
bool is_named_answer(std::string_view name);

/// The answer of that name to this request: A's with a true status where its fork is played, and as
/// chat text where the upstream has begun an event stream by then. Nothing if there is no such name.
std::optional<Reply> named_reply(std::string_view name, const Request& request, const Role& role);

/// The message alone, as it stands in the row of a token.
std::string named_message(std::string_view name, const Request& request);

/// A failure that is not in the tables, in A's form (as the fork sends it where that is played) and
/// in B's: {"error": message}.
Reply failure_of_a(int code, std::string_view message, const Role& role, std::string name);
Reply failure_of_b(int status, std::string_view message, std::string name);

/// JSON text as Go's encoder writes it: keys in order, <, > and & escaped.
std::string escaped_for_html(std::string json);

}  // namespace dreamina::stand_in
