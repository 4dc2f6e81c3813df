#include "proxy/answer/headers.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "proxy/openai_error.hpp"

namespace dreamina {
namespace {

constexpr std::array connection_headers{"proxy",  // what CGI programs take for their own HTTP_PROXY
                                        "connection",
                                        "keep-alive",
                                        "proxy-authenticate",
                                        "proxy-authorization",
                                        "proxy-connection",
                                        "te",
                                        "trailer",
                                        "transfer-encoding",
                                        "upgrade"};

/// Ours to set, or the client's secret.
constexpr std::array replaced_headers{"host",      "content-length", "content-type",   "authorization",
                                      "x-api-key", "expect",         "accept-encoding"};

/// nginx would take these from the upstream as orders: X-Accel-Redirect and its like, and CGI's Status.
constexpr std::string_view nginx_prefix = "x-accel-";
constexpr std::string_view cgi_status = "status";

bool steers_nginx(const std::string& lower_name)
{
    return lower_name.starts_with(nginx_prefix) || lower_name == cgi_status;
}

/// What clients tell us, not the upstream (generations/generation_wish.hpp, and what OpenAI's libraries say of
/// themselves).
constexpr std::array our_request_headers{"prefer", "idempotency-key"};
constexpr std::string_view our_prefix = "x-dreamina-";
constexpr std::string_view library_prefix = "x-stainless-";

/// What only we say to clients.
constexpr std::array our_answer_headers{"preference-applied", "idempotent-replayed"};

/// Ours to say (openai_error.hpp): the upstream does not know what was tried.
constexpr std::string_view retry_word = "x-should-retry";

void expose_ours(Headers& headers)
{
    const auto list = std::find_if(headers.begin(), headers.end(), [](const Header& header) {
        return equals_ignoring_case(header.name, exposed_headers().name);
    });
    if (list == headers.end()) {
        headers.push_back(exposed_headers());
    } else {
        list->value.append(list->value.empty() ? "" : ", ").append(exposed_headers().value);
    }
}

template <class List>
bool is_one_of(const List& list, const std::string& lower_name)
{
    return std::find(list.begin(), list.end(), lower_name) != list.end();
}

bool is_for_us(const std::string& lower_name)
{
    return lower_name.starts_with(our_prefix) || lower_name.starts_with(library_prefix) ||
           is_one_of(our_request_headers, lower_name);
}

bool is_from_us(const std::string& lower_name)
{
    return lower_name == retry_word || lower_name.starts_with(our_prefix) || is_one_of(our_answer_headers, lower_name);
}

/// The names that `Connection: a, b` makes headers of the connection.
std::set<std::string> named_by_connection(const Headers& headers)
{
    std::set<std::string> names;
    for (const Header& header : headers) {
        if (!equals_ignoring_case(header.name, "Connection")) continue;
        for_each_element(header.value, [&](std::string_view name) { names.insert(to_lower(name)); });
    }
    return names;
}

/// q=0, q=0.0, q=0.00 or q=0.000 (RFC 9110, 12.4.2).
bool is_refused(std::string_view parameters)
{
    const auto q = to_lower(parameters).find("q=0");
    return q != std::string::npos && parameters.substr(q + 3).find_first_of("123456789") == std::string_view::npos;
}

bool takes_gzip(const Headers& headers)
{
    std::optional<bool> gzip;
    bool anything = false;
    for_each_element(joined_header(headers, "Accept-Encoding"), [&](std::string_view element) {
        const auto semicolon = element.find(';');
        const std::string coding = to_lower(trim(element.substr(0, semicolon)));
        const bool taken = semicolon == std::string_view::npos || !is_refused(element.substr(semicolon));
        if (coding == "gzip" || coding == "x-gzip") gzip = gzip.value_or(false) || taken;
        if (coding == "*") anything = taken;
    });
    return gzip.value_or(anything);
}

/// A name as RFC 9110 has it: nginx refuses an answer with an empty one, or with a blank in it, and clients more.
bool is_name(std::string_view name)
{
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               marks.find(c) != std::string_view::npos;
    });
}

bool is_value(std::string_view value)
{
    return std::none_of(value.begin(), value.end(),
                        [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f'; });
}

std::size_t size_of(const Header& header) { return header.name.size() + header.value.size() + 4; }  // ": ", CR LF

/// Without these the body cannot be read, or read from another origin, or the client does what it should not.
constexpr std::array needed_headers{"content-type", "content-length", "content-encoding", "access-control-allow-origin",
                                    "x-should-retry"};
constexpr std::size_t max_needed = 1024;

/// What is left out first has the most.
std::size_t burden_of(const Header& header)
{
    const std::size_t size = size_of(header);
    return size <= max_needed && is_one_of(needed_headers, to_lower(header.name)) ? 0 : size;
}

constexpr std::size_t max_named_in_log = 8;

/// For the log, where the upstream's words have no place.
std::string name_for_log(std::string_view name)
{
    constexpr std::size_t max_length = 64;
    return is_name(name) ? std::string{name.substr(0, max_length)} : "(no name)";
}

/// The body comes to the client as libcurl read it: by its chunks, if it had any. A length that stands beside them, or
/// is told twice in two ways, is not its own.
bool tells_its_length(const Headers& headers)
{
    const std::string* length = find_header(headers, "Content-Length");
    return length != nullptr && find_header(headers, "Transfer-Encoding") == nullptr && !length->empty() &&
           length->find_first_not_of("0123456789") == std::string::npos &&
           std::all_of(headers.begin(), headers.end(), [&](const Header& header) {
               return !equals_ignoring_case(header.name, "Content-Length") || header.value == *length;
           });
}

}  // namespace

Headers headers_for_upstream(const Request& request, std::string_view token)
{
    const std::set<std::string> named = named_by_connection(request.headers);
    Headers headers;
    for (const Header& header : request.headers) {
        const std::string name = to_lower(header.name);
        if (is_one_of(connection_headers, name) || is_one_of(replaced_headers, name) || named.contains(name) ||
            is_for_us(name))
            continue;
        headers.push_back(header);
    }
    headers.push_back({"Accept-Encoding", takes_gzip(request.headers) ? "gzip" : "identity"});
    if (!request.content_type.empty()) headers.push_back({"Content-Type", request.content_type});
    headers.push_back({"Authorization", "Bearer " + std::string{token}});
    return headers;
}

void refuse_codings(Request& request)
{
    std::erase_if(request.headers,
                  [](const Header& each) { return equals_ignoring_case(each.name, "Accept-Encoding"); });
}

Headers headers_for_client(Headers headers)
{
    const std::set<std::string> named = named_by_connection(headers);
    bool length_may_come = tells_its_length(headers);
    std::erase_if(headers, [&](const Header& header) {
        const std::string name = to_lower(header.name);
        if (name == "content-length") return !std::exchange(length_may_come, false);
        return is_one_of(connection_headers, name) || named.contains(name) || steers_nginx(name) || is_from_us(name);
    });
    if (find_header(headers, any_origin().name) == nullptr) headers.push_back(any_origin());
    expose_ours(headers);
    return headers;
}

void fit_for_nginx(Headers& headers)
{
    std::vector<std::string> left_out;
    const auto leave_out = [&](Header& header) {
        if (left_out.size() < max_named_in_log) left_out.push_back(name_for_log(header.name));
        header.name.clear();
    };
    std::size_t size = 0;
    for (Header& header : headers) {
        if (is_name(header.name) && is_value(header.value)) {
            size += size_of(header);
        } else {
            leave_out(header);
        }
    }
    if (size > max_head_for_nginx) {
        std::vector<std::pair<std::size_t, Header*>> by_burden;
        for (Header& header : headers)
            if (!header.name.empty()) by_burden.emplace_back(burden_of(header), &header);
        std::stable_sort(by_burden.begin(), by_burden.end(),
                         [](const auto& a, const auto& b) { return a.first > b.first; });
        for (auto next = by_burden.begin(); size > max_head_for_nginx; ++next) {
            size -= size_of(*next->second);
            leave_out(*next->second);
        }
    }
    if (left_out.empty()) return;
    const auto count = std::erase_if(headers, [](const Header& header) { return header.name.empty(); });
    log_warning(
        "left {} headers out of an answer, malformed ones or those that made its head larger than nginx takes: {}",
        count, fmt::join(left_out, ", "));
}

}  // namespace dreamina
