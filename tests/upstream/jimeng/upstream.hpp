#pragma once

#include <optional>
#include <string_view>

namespace dreamina::stand_in {

/// `a` answers its failures with HTTP 200 and {"code": negative, "message", "data": null},
/// `b` with a status and {"error": "[CODE] message"}.
enum class Dialect { a, b };

/// Which program is played. `anything` plays none: it takes every route under /v1, reads only the
/// model of a body and echoes what it does not know, for tests that are not about an upstream.
enum class Upstream {
    anything,
    jimeng_api,       ///< A: the TypeScript program, 1.6.3 since February 2026
    jimeng_api_old,   ///< A before 2026-01-22: with a chat route, without proxies, other credits
    jimeng_api_fork,  ///< A with true statuses: the same bodies
    jimeng_api_go,    ///< B
};

std::optional<Dialect> dialect_named(std::string_view name);
std::optional<Upstream> upstream_named(std::string_view name);
std::string_view name_of(Upstream upstream);

/// Who is played now. The dialect decides the spelling of the answers that are named without an
/// upstream; it follows `as`, and is a choice of its own only for `anything`.
struct Role {
    Upstream as = Upstream::anything;
    Dialect dialect = Dialect::a;

    bool is_a() const { return as != Upstream::anything && as != Upstream::jimeng_api_go; }
    bool is_b() const { return as == Upstream::jimeng_api_go; }
};

Role role_of(Upstream upstream);

}  // namespace dreamina::stand_in
