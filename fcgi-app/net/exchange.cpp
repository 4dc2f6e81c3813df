#include "net/exchange.hpp"

#include <utility>

#include <fmt/format.h>

namespace dreamina {
namespace {

/// RFC 9110's phrases for the codes that are met; clients go by the number, people by the words.
std::string_view reason_phrase(int status)
{
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return "Status";
    }
}

}  // namespace

void Exchange::start(int status, const Headers& headers)
{
    if (gone() || started()) return;
    status_ = status;
    std::string head = fmt::format("Status: {} {}\r\n", status, reason_phrase(status));
    for (const Header& header : headers) head.append(header.name).append(": ").append(header.value).append("\r\n");
    head.append("\r\n");
    sink_->send(head);
}

void Exchange::write(std::string_view bytes)
{
    if (gone() || bytes.empty()) return;
    body_bytes_ += bytes.size();
    sink_->send(bytes);
}

void Exchange::finish()
{
    if (gone()) return;
    AnswerSink* sink = sink_;
    let_go();
    is_lingering_ = true;
    if (sink->end()) is_lingering_ = false;
}

void Exchange::abort()
{
    if (gone()) return;
    AnswerSink* sink = sink_;
    let_go();
    sink->cut();
}

void Exchange::let_go()
{
    sink_ = nullptr;
    drained_ = nullptr;
    gone_call_ = nullptr;
}

void Exchange::tell_drained()
{
    if (const auto call = drained_) call();
}

void Exchange::tell_delivered()
{
    is_lingering_ = false;
    if (const auto call = std::exchange(delivered_call_, nullptr)) call();
}

void Exchange::tell_gone()
{
    was_left_ = was_left_ || is_lingering_ || !gone();
    const auto call = std::exchange(gone_call_, nullptr);
    let_go();
    if (call) call();
    tell_delivered();
}

void answer(Exchange& exchange, const Reply& reply)
{
    Headers headers = reply.headers;
    if (reply.status != 204) headers.push_back({"Content-Length", fmt::format("{}", reply.body.size())});
    exchange.start(reply.status, headers);
    exchange.write(reply.body);
    exchange.finish();
}

}  // namespace dreamina
