#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answers.hpp"

/// What the stand-in answers, told to it over HTTP.
///
/// `POST /_script` with a JSON list of rules replaces the script, `PUT /_script` adds rules to its
/// end, `GET /_script` shows it with how often each rule was used. The first rule that matches a
/// request and is not used up decides; where none does, the route answers as it would (a success).
/// A fault in a rule is answered with 400 naming the rule's index and field, and changes nothing.
///
/// A rule matches on (a field left out matches everything):
///   account        the session id, bare, or the whole token that follows "Bearer "
///   model          the field of the JSON body or of the multipart form
///   path           "/v1/images/generations", or the beginning of one: "/v1/images/*".
///                  A rule without a path is for paths under /v1/ only; one with a path may also
///                  name a token route or a route of the register service
///   method         "POST"
///   times          how often it applies; after that the next rules are asked
/// and answers with one of
///   answer         a name, see GET /_answers and README.md ("success": what the route says of itself);
///                  "dialect": "a" or "b" for another dialect than the program's, with a name that is
///                  not an upstream's own; "headers" are added to a name that is
///   status, reason, headers (an object, or a list of [name, value]), and a body: "body" (text, or
///                  any other JSON value, sent as its JSON), "body_base64", or "body_bytes" with
///                  "seed" (the bytes of GET /_body?bytes=N&seed=S)
///   events         an event stream: a list (text: the data of one event; else its JSON), or a
///                  number of invented chat chunks; data: [DONE] ends either. "event_gap_ms" lies
///                  between them, "event_stamp": true puts a comment with the time of sending, in
///                  microseconds, before each
///   (nothing)      what the route says of itself
/// in the shape of
///   delay_ms       before the first byte: a number or [least, most]; none if left out. POST /_release ends the
///                  delays and the gaps that are waited for at that moment
///   cut            "before_body_read" (the connection is closed when the header has come),
///                  "at_once" (closed without a byte of answer), "after_headers", "mid_body"
///   reset          true: a cut is a TCP reset, not an orderly end
///   chunked        true: chunked transfer encoding, else Content-Length
///   chunk_count or chunk_bytes, chunk_gap_ms: the body in pieces, with a pause between them
namespace dreamina::stand_in {

enum class Cut { none, before_body_read, at_once, after_headers, mid_body };

struct Shape {
    int delay_min_ms = 0;
    int delay_max_ms = 0;
    Cut cut = Cut::none;
    bool reset = false;
    bool chunked = false;
    std::size_t chunk_count = 0;
    std::size_t chunk_bytes = 0;
    int gap_ms = 0;
    bool event_stamp = false;
};

struct Rule {
    static constexpr std::uint64_t always = std::numeric_limits<std::uint64_t>::max();

    std::string account, model, path, method;  ///< empty: any
    std::uint64_t times = always;
    std::uint64_t used = 0;
    std::optional<Reply> reply;
    std::string named;  ///< an answer that is made for each request; then there is no reply
    Headers headers;    ///< added to that answer
    Shape shape;
    std::string source;  ///< the rule as it was given

    bool applies_to(const Request& request) const;
};

/// The rules in the order in which they are asked. Not thread-safe.
class Script {
public:
    void replace(std::vector<Rule> rules) { rules_ = std::move(rules); }
    void append(std::vector<Rule> rules);

    /// The rule that decides, already counted as used, or null.
    const Rule* take(const Request& request);

    /// The same for a request of which only the header has come.
    const Rule* take_early_cut(const Request& request);
    bool has_early_cuts() const;

    const std::vector<Rule>& rules() const { return rules_; }

private:
    std::vector<Rule> rules_;
};

/// What is wrong with a script, or with another body of a control route; the sentence names the
/// place and the field.
struct BadScript {
    std::string message;
};

/// Throws BadScript.
std::vector<Rule> read_script(std::string_view json_text, Dialect dialect);

/// An event stream of `count` chat chunks of a model.
Reply chat_stream(std::size_t count, std::string_view model);

}  // namespace dreamina::stand_in
