#include <array>

#include "named_answers.hpp"

namespace dreamina::stand_in {
namespace {

constexpr std::string_view html_type = "text/html";
constexpr std::string_view text_type = "text/plain; charset=utf-8";

constexpr auto listed_gateway_answers = std::to_array<GatewayAnswer>({
    {"gateway.500", 500, "", html_type,
     "<html>\r\n<head><title>500 Internal Server Error</title></head>\r\n<body>\r\n<center><h1>500 Internal Server "
     "Error</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
     ""},
    {"gateway.429", 429, "", html_type,
     "<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n<center><h1>429 Too Many "
     "Requests</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
     ""},
    {"gateway.502", 502, "", html_type,
     "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad "
     "Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
     ""},
    {"gateway.502.no_origin", 502, "", text_type, "dial tcp 127.0.0.1:5100: connect: connection refused", ""},
    {"gateway.503", 503, "", html_type,
     "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service "
     "Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
     ""},
    {"gateway.503.no_origin", 503, "", text_type, "no healthy upstream", ""},
    {"gateway.503.connect", 503, "", text_type,
     "upstream connect error or disconnect/reset before headers. reset reason: connection failure", ""},
    {"gateway.504", 504, "", html_type,
     "<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 Gateway "
     "Time-out</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
     ""},
    {"gateway.520", 520, "Web Server Returned an Unknown Error", text_type, "error code: 520", ""},
    {"gateway.521", 521, "Web Server Is Down", text_type, "error code: 521", ""},
    {"gateway.522", 522, "Connection Timed Out", text_type, "error code: 522", ""},
    {"gateway.523", 523, "Origin Is Unreachable", text_type, "error code: 523", ""},
    {"gateway.524", 524, "A Timeout Occurred", text_type, "error code: 524", ""},
    {"gateway.301", 301, "", html_type, "<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n</html>\r\n",
     "https://elsewhere.example/"},
    {"gateway.302", 302, "", html_type, "<html>\r\n<head><title>302 Found</title></head>\r\n</html>\r\n",
     "https://elsewhere.example/login"},
    {"gateway.307", 307, "", html_type, "", "https://elsewhere.example/v1/images/generations"},
    {"gateway.page", 200, "", "text/html; charset=utf-8",
     "<!doctype html>\n<html lang=\"en\"><head><title>Welcome</title></head><body><h1>It works</h1></body></html>\n",
     ""},
});

}  // namespace

std::span<const GatewayAnswer> gateway_answers() { return listed_gateway_answers; }

}  // namespace dreamina::stand_in
