#pragma once
/// The process's time zone for one test.

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace dreamina {

class TimeZone {
public:
    explicit TimeZone(const char* name)
    {
        if (const char* before = std::getenv("TZ")) before_ = before;
        set(name);
    }
    ~TimeZone() { set(before_ ? before_->c_str() : nullptr); }
    TimeZone(const TimeZone&) = delete;
    TimeZone& operator=(const TimeZone&) = delete;

private:
    static void set(const char* name)
    {
        name ? ::setenv("TZ", name, 1) : ::unsetenv("TZ");
        ::tzset();
    }
    std::optional<std::string> before_;
};

}  // namespace dreamina
