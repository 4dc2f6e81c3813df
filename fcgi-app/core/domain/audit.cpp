#include "core/domain/audit.hpp"

namespace dreamina {
namespace {

template <class Value, std::size_t Count>
std::optional<Value> parse_value(const std::array<Value, Count>& all, std::string_view text)
{
    for (const Value value : all)
        if (text == to_string(value)) return value;
    return std::nullopt;
}

}  // namespace

std::string_view to_string(CallerKind kind)
{
    switch (kind) {
    case CallerKind::anonymous: return "anonymous";
    case CallerKind::password: return "password";
    case CallerKind::session: return "session";
    case CallerKind::token: return "token";
    case CallerKind::scheduler: return "scheduler";
    case CallerKind::command_line: return "command_line";
    }
    return "anonymous";
}

std::string_view to_string(AuditAction action)
{
    switch (action) {
    case AuditAction::create: return "create";
    case AuditAction::import: return "import";
    case AuditAction::change: return "change";
    case AuditAction::remove: return "delete";
    case AuditAction::ban: return "ban";
    case AuditAction::unban: return "unban";
    case AuditAction::enable: return "enable";
    case AuditAction::disable: return "disable";
    case AuditAction::queue: return "queue";
    case AuditAction::cancel: return "cancel";
    case AuditAction::retry: return "retry";
    case AuditAction::run: return "run";
    case AuditAction::login: return "login";
    case AuditAction::logout: return "logout";
    case AuditAction::failed_login: return "failed_login";
    case AuditAction::end_session: return "end_session";
    case AuditAction::revoke: return "revoke";
    case AuditAction::backup: return "backup";
    case AuditAction::restore: return "restore";
    case AuditAction::export_data: return "export";
    case AuditAction::rotate_key: return "rotate_key";
    }
    return "change";
}

std::string_view to_string(AuditSubject subject)
{
    switch (subject) {
    case AuditSubject::account: return "account";
    case AuditSubject::setting: return "setting";
    case AuditSubject::model: return "model";
    case AuditSubject::job: return "job";
    case AuditSubject::schedule: return "schedule";
    case AuditSubject::session: return "session";
    case AuditSubject::key: return "key";
    case AuditSubject::database: return "database";
    case AuditSubject::verdict_rule: return "verdict_rule";
    case AuditSubject::generation: return "generation";
    case AuditSubject::result: return "result";
    }
    return "database";
}

std::optional<CallerKind> parse_caller_kind(std::string_view text)
{
    if (text == "nobody") return CallerKind::anonymous;  // its name in earlier versions
    return parse_value(all_caller_kinds, text);
}

std::optional<AuditAction> parse_audit_action(std::string_view text) { return parse_value(all_audit_actions, text); }
std::optional<AuditSubject> parse_audit_subject(std::string_view text) { return parse_value(all_audit_subjects, text); }

}  // namespace dreamina
