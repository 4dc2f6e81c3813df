#pragma once
/// How a browser becomes and stays logged in: a row of `sessions` and the cookie that belongs to it.

#include <cstdint>
#include <string>

#include "api/http/router.hpp"

namespace dreamina {

struct NewSession {
    std::int64_t id = 0;
    Header cookie;  ///< for the answer
};

/// Logs the caller's browser in, with the password as it is stored. A part of the caller's transaction, if there is
/// one.
NewSession begin_session(Call& call, const std::string& stored_password);

Header cookie_that_ends(const Request& request);

}  // namespace dreamina
