#include "request.hpp"

#include <algorithm>
#include <cctype>

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <nlohmann/json.hpp>

#include "jimeng/body_reading.hpp"

namespace dreamina::stand_in {
namespace {

using nlohmann::json;

/// Reads three fields of the top level and keeps nothing else: a body may hold 100 MB of base64.
class TopLevelFields : public nlohmann::json_sax<json> {
public:
    TopLevelFields(Request& request, bool stop_at_model) : request_(request), stop_(stop_at_model) {}

    bool string(string_t& value) override
    {
        if (depth_ != 1) return true;
        if (key_ == "response_format") request_.wants_base64 = value == "b64_json";
        if (key_ != "model") return true;
        request_.model = value;
        return !stop_;
    }
    bool boolean(bool value) override
    {
        if (depth_ == 1 && key_ == "stream") request_.wants_stream = value;
        return true;
    }
    bool key(string_t& name) override
    {
        if (depth_ == 1) key_ = name;
        return true;
    }
    bool start_object(std::size_t) override { return ++depth_, true; }
    bool end_object() override { return --depth_, true; }
    // A list on top has no fields; one level deeper, its objects are not the top level either.
    bool start_array(std::size_t) override { return depth_ += depth_ == 0 ? 2 : 1, true; }
    bool end_array() override { return --depth_, true; }
    bool null() override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    Request& request_;
    bool stop_;
    int depth_ = 0;
    std::string key_;
};

void read_form(Request& request)
{
    for (const FormPart& part : multipart_parts(request)) {
        if (part.name == "model") request.model = part.value;
        if (part.name == "response_format") request.wants_base64 = part.value == "b64_json";
    }
}

void read_body(Request& request)
{
    if (request.body.empty()) return;
    const std::string_view type = request.header("Content-Type");
    if (type.starts_with("multipart/form-data")) {
        read_form(request);
        return;
    }
    const std::size_t first = request.body.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || request.body[first] != '{') return;
    // The whole of a large body takes half a second to read, in which no other request would be served.
    TopLevelFields fields(request, request.body.size() > (1U << 20U));
    json::sax_parse(request.body.begin(), request.body.end(), &fields);
}

std::string_view method_name(evhttp_cmd_type command)
{
    switch (command) {
    case EVHTTP_REQ_GET: return "GET";
    case EVHTTP_REQ_POST: return "POST";
    case EVHTTP_REQ_HEAD: return "HEAD";
    case EVHTTP_REQ_PUT: return "PUT";
    case EVHTTP_REQ_DELETE: return "DELETE";
    case EVHTTP_REQ_OPTIONS: return "OPTIONS";
    case EVHTTP_REQ_TRACE: return "TRACE";
    case EVHTTP_REQ_CONNECT: return "CONNECT";
    case EVHTTP_REQ_PATCH: return "PATCH";
    }
    return "";
}

}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b,
                              [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view Request::header(std::string_view name) const
{
    for (const auto& [key, value] : headers) {
        if (same_ignoring_case(key, name)) return value;
    }
    return {};
}

Request read_request(evhttp_request* raw)
{
    Request request;
    request.method = method_name(evhttp_request_get_command(raw));
    request.target = evhttp_request_get_uri(raw);
    const std::size_t mark = request.target.find('?');
    request.path = request.target.substr(0, mark);
    if (mark != std::string::npos) request.query = request.target.substr(mark + 1);
    for (const evkeyval* h = evhttp_request_get_input_headers(raw)->tqh_first; h != nullptr; h = h->next.tqe_next) {
        request.headers.emplace_back(h->key, h->value);
    }
    const std::string_view authorization = request.header("Authorization");
    if (authorization.size() > 7 && same_ignoring_case(authorization.substr(0, 7), "Bearer ")) {
        request.token = authorization.substr(7);
    }
    evbuffer* input = evhttp_request_get_input_buffer(raw);
    if (const std::size_t length = evbuffer_get_length(input); length > 0) {
        request.body = {reinterpret_cast<const char*>(evbuffer_pullup(input, -1)), length};
    }
    if (request.path.starts_with("/v1/")) read_body(request);
    request.model_as_sent = request.model;
    request.drawn = request.token;
    return request;
}

std::string_view proxy_address(std::string_view token)
{
    const std::size_t scheme = token.find("://");
    const std::size_t end = token.rfind('@');
    if (scheme == std::string_view::npos || end == std::string_view::npos || end < scheme) return {};
    std::string_view address = token.substr(scheme + 3, end - scheme - 3);
    if (const std::size_t user = address.rfind('@'); user != std::string_view::npos) address.remove_prefix(user + 1);
    return address.substr(0, address.find('/'));
}

std::string_view bare_session(std::string_view token)
{
    if (const std::size_t at = token.rfind('@'); at != std::string_view::npos) token.remove_prefix(at + 1);
    for (const std::string_view prefix : {"us-", "hk-", "jp-", "sg-"}) {
        if (token.starts_with(prefix)) return token.substr(prefix.size());
    }
    return token;
}

std::vector<std::string> split_tokens(std::string_view list)
{
    std::vector<std::string> tokens;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view token = list.substr(0, comma);
        while (token.starts_with(' ')) token.remove_prefix(1);
        while (token.ends_with(' ')) token.remove_suffix(1);
        if (!token.empty()) tokens.emplace_back(token);
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    return tokens;
}

std::string_view query_value(std::string_view query, std::string_view name)
{
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
            return pair.substr(name.size() + 1);
        }
        if (end == std::string_view::npos) break;
        query.remove_prefix(end + 1);
    }
    return {};
}

}  // namespace dreamina::stand_in
