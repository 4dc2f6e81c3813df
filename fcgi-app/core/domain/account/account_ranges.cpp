#include "core/domain/account/account_ranges.hpp"

#include <fmt/format.h>

namespace dreamina {
namespace {

/// Ids without any order to them would make a text of megabytes.
constexpr std::size_t max_ids_length = 2000;

}  // namespace

void AccountRanges::add(AccountId id, std::string_view email)
{
    ++count_;
    if (ranges_.empty() || ranges_.back().last + 1 != id) ranges_.push_back({.first = id, .last = id});
    AccountRange& range = ranges_.back();
    range.last = id;
    if (email.empty()) return;
    if (!range.emails.empty()) range.emails += '\n';
    range.emails += email;
}

std::string AccountRanges::text() const
{
    std::string text;
    for (const AccountRange& range : ranges_) {
        if (text.size() > max_ids_length) return text + ", …";
        if (!text.empty()) text += ", ";
        text +=
            range.first == range.last ? fmt::format("{}", range.first) : fmt::format("{}-{}", range.first, range.last);
    }
    return text;
}

}  // namespace dreamina
