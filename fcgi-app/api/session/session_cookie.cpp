#include "api/session/session_cookie.hpp"

#include <fmt/format.h>

#include "core/base/secret.hpp"
#include "net/client.hpp"
#include "core/storage/stores/session_store.hpp"

namespace dreamina {
namespace {

constexpr std::size_t token_bytes = 32;

Header set_cookie(const Request& request, std::string_view value, std::chrono::seconds lifetime)
{
    return {"Set-Cookie", fmt::format("{}={}; Path={}/api; HttpOnly; SameSite=Strict; Max-Age={}{}", session_cookie,
                                      value, request.base, lifetime.count(), request.over_tls ? "; Secure" : "")};
}

}  // namespace

NewSession begin_session(Call& call, const std::string& stored_password)
{
    const std::string token = random_hex(token_bytes);
    const std::string* user_agent = find_header(call.request.headers, "User-Agent");
    const std::int64_t id =
        SessionStore{call.database}.add(session_digest(token, stored_password), call.now,
                                        client_of(call.request).address, user_agent ? *user_agent : "");
    return {id, set_cookie(call.request, token, session_age_limit)};
}

Header cookie_that_ends(const Request& request) { return set_cookie(request, "", std::chrono::seconds{0}); }

}  // namespace dreamina
