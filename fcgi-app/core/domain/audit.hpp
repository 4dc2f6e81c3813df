#pragma once
/// The words of the audit trail: who changes things, what is done, and to what.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

/// How the caller was authenticated.
enum class CallerKind {
    anonymous,     ///< not at all
    password,      ///< ADMIN_PASSWORD as a bearer token: scripts
    session,       ///< a browser that has logged in
    token,         ///< a token that is good for one thing, such as METRICS_TOKEN
    scheduler,     ///< by itself
    command_line,  ///< a program on the machine, with the data folder in its hands
};
inline constexpr std::array all_caller_kinds{CallerKind::anonymous, CallerKind::password,  CallerKind::session,
                                             CallerKind::token,     CallerKind::scheduler, CallerKind::command_line};
std::string_view to_string(CallerKind kind);
std::optional<CallerKind> parse_caller_kind(std::string_view text);

/// Who asks, and from where.
struct Caller {
    CallerKind kind = CallerKind::anonymous;
    std::string session;  ///< of a logged-in browser: its id as lists of sessions show it, if it has one; no secret
    std::string address;  ///< the client's, as nginx tells it; empty if there is none
};

enum class AuditAction {
    create,
    import,
    change,
    remove,
    ban,
    unban,
    enable,
    disable,
    queue,
    cancel,
    retry,
    run,
    login,
    logout,
    failed_login,
    end_session,
    revoke,
    backup,
    restore,
    export_data,
    rotate_key,
};
inline constexpr std::array all_audit_actions{
    AuditAction::create,    AuditAction::import, AuditAction::change,       AuditAction::remove,
    AuditAction::ban,       AuditAction::unban,  AuditAction::enable,       AuditAction::disable,
    AuditAction::queue,     AuditAction::cancel, AuditAction::retry,        AuditAction::run,
    AuditAction::login,     AuditAction::logout, AuditAction::failed_login, AuditAction::end_session,
    AuditAction::revoke,    AuditAction::backup, AuditAction::restore,      AuditAction::export_data,
    AuditAction::rotate_key};
/// "create", "failed_login" …; "delete" for remove and "export" for export_data.
std::string_view to_string(AuditAction action);
std::optional<AuditAction> parse_audit_action(std::string_view text);

enum class AuditSubject {
    account,
    setting,
    model,
    job,
    schedule,
    session,
    key,
    database,
    verdict_rule,
    generation,
    result
};
inline constexpr std::array all_audit_subjects{
    AuditSubject::account,      AuditSubject::setting,    AuditSubject::model, AuditSubject::job,
    AuditSubject::schedule,     AuditSubject::session,    AuditSubject::key,   AuditSubject::database,
    AuditSubject::verdict_rule, AuditSubject::generation, AuditSubject::result};
std::string_view to_string(AuditSubject subject);
std::optional<AuditSubject> parse_audit_subject(std::string_view text);

/// What stands for a secret: that there was one, and that there is another now. Never a value, nor anything made of it.
constexpr std::string_view secret_before = "set";
constexpr std::string_view secret_after = "changed";

}  // namespace dreamina
