#include "core/domain/audit.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace dreamina;

TEST_CASE("each word of the trail is one, and is read as what it was written for")
{
    std::set<std::string_view> words;
    for (const AuditAction action : all_audit_actions) {
        CHECK(words.insert(to_string(action)).second);
        CHECK(parse_audit_action(to_string(action)) == action);
    }
    words.clear();
    for (const AuditSubject subject : all_audit_subjects) {
        CHECK(words.insert(to_string(subject)).second);
        CHECK(parse_audit_subject(to_string(subject)) == subject);
    }
    words.clear();
    for (const CallerKind kind : all_caller_kinds) {
        CHECK(words.insert(to_string(kind)).second);
        CHECK(parse_caller_kind(to_string(kind)) == kind);
    }
    CHECK_FALSE(parse_audit_action("Delete"));
    CHECK_FALSE(parse_audit_subject(""));
    CHECK_FALSE(parse_caller_kind("root"));
}
