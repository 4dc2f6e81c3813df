#include "core/storage/webhooks/webhook_deliveries.hpp"

#include <fmt/format.h>

#include "core/base/time_ordered_id.hpp"
#include "core/storage/engine/json_rows.hpp"
#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

constexpr std::string_view head_columns =
    "id, generation_id, api_key_id, event, url, attempts, next_at, delivered_at, gave_up_at, last_status, last_error, "
    "created_at";

constexpr std::string_view that_are_due = "delivered_at IS NULL AND gave_up_at IS NULL AND next_at <= ?";

/// In step with state_of().
constexpr std::string_view state_sql =
    "CASE WHEN delivered_at IS NOT NULL THEN 'delivered' WHEN gave_up_at IS NOT NULL THEN 'failed' ELSE 'pending' END";

WebhookDelivery read_head(const Query& row)
{
    return {.id = row.text("id"),
            .generation_id = row.optional_text("generation_id"),
            .key = row.integer("api_key_id"),
            .event = row.text("event"),
            .url = row.text("url"),
            .payload = {},
            .attempts = row.integer("attempts"),
            .next_at = row.time("next_at"),
            .delivered_at = row.optional_time("delivered_at"),
            .gave_up_at = row.optional_time("gave_up_at"),
            .last_status = row.optional_integer("last_status"),
            .last_error = row.message("last_error"),
            .created_at = row.time("created_at")};
}

WebhookDelivery read_whole(const Query& row)
{
    WebhookDelivery delivery = read_head(row);
    delivery.payload = row.text("payload");
    return delivery;
}

std::string new_delivery_id(Time now) { return "msg_" + new_time_ordered_id(now); }

}  // namespace

std::optional<std::string> WebhookDeliveries::url_for(ApiKeyId key, WebhookEventKind kind,
                                                      const std::optional<std::string>& own)
{
    auto row = database_.query(
        "SELECT webhook_url, webhook_off_at, webhook_in_progress FROM api_keys WHERE id = ? AND revoked_at IS NULL "
        "AND deleted_at IS NULL AND webhook_secret IS NOT NULL",
        key);
    if (!row.next()) return std::nullopt;
    if (kind == WebhookEventKind::in_progress && !row.boolean("webhook_in_progress")) return std::nullopt;
    if (own) return own;
    return row.is_null("webhook_off_at") ? row.optional_text("webhook_url") : std::nullopt;
}

std::string WebhookDeliveries::add(const WebhookEvent& event, const std::string& url, Time now)
{
    std::string id = new_delivery_id(now);
    insert({.id = id,
            .generation_id = event.generation_id,
            .key = event.key,
            .event = event_name(event.kind, event.form),
            .url = url,
            .payload = webhook_payload(event, id, now),
            .next_at = now,
            .created_at = now});
    return id;
}

std::string WebhookDeliveries::add_test(ApiKeyId key, std::string_view url, Time now)
{
    std::string id = new_delivery_id(now);
    insert({.id = id,
            .key = key,
            .event = std::string{test_event_name},
            .url = std::string{url},
            .payload = webhook_test_payload(now),
            .next_at = now,
            .created_at = now});
    return id;
}

void WebhookDeliveries::insert(const WebhookDelivery& delivery)
{
    database_.run(
        "INSERT INTO webhook_deliveries (id, generation_id, api_key_id, event, url, payload, next_at, created_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        delivery.id, delivery.generation_id, delivery.key, delivery.event, delivery.url, delivery.payload,
        delivery.next_at, delivery.created_at);
}

void WebhookDeliveries::record_delivered(std::string_view id, std::int64_t status, Time now)
{
    database_.run(
        "UPDATE webhook_deliveries SET attempts = attempts + 1, delivered_at = ?2, gave_up_at = NULL, last_status = "
        "?3, last_error = NULL WHERE id = ?1",
        id, now, status);
}

void WebhookDeliveries::record_failed(std::string_view id, const FailedAttempt& attempt, Time now)
{
    database_.run(
        "UPDATE webhook_deliveries SET attempts = attempts + 1, next_at = ?2, gave_up_at = ?3, last_status = ?4, "
        "last_error = ?5 WHERE id = ?1",
        id, attempt.next_at.value_or(now), attempt.next_at ? std::nullopt : std::optional{now}, attempt.status,
        attempt.error);
}

void WebhookDeliveries::give_up(std::string_view id, const Message& why, Time now)
{
    database_.run("UPDATE webhook_deliveries SET gave_up_at = ?2, last_error = ?3 WHERE id = ?1", id, now, why);
}

void WebhookDeliveries::give_up_all(ApiKeyId key, std::string_view url, const Message& why, Time now)
{
    database_.run(
        "UPDATE webhook_deliveries SET gave_up_at = ?3, last_error = ?4 WHERE api_key_id = ?1 AND url = ?2 AND "
        "delivered_at IS NULL AND gave_up_at IS NULL",
        key, url, now, why);
}

void WebhookDeliveries::resend(std::string_view id, std::string_view url, Time now)
{
    database_.run(
        "UPDATE webhook_deliveries SET url = ?2, next_at = ?3, attempts = 0, delivered_at = NULL, gave_up_at = NULL, "
        "last_status = NULL, last_error = NULL WHERE id = ?1",
        id, url, now);
}

bool WebhookDeliveries::any_due(Time now)
{
    static const std::string sql =
        fmt::format("SELECT 1 AS found FROM webhook_deliveries WHERE {} LIMIT 1", that_are_due);
    return database_.query(sql, now).next();
}

std::vector<WebhookDelivery> WebhookDeliveries::due(Time now, std::span<const std::string> under_way,
                                                    std::span<const std::string> without_origins, std::int64_t limit)
{
    static const std::string sql = fmt::format(
        "SELECT {}, payload FROM webhook_deliveries WHERE {} AND id NOT IN (SELECT r.name FROM {} AS r) AND NOT EXISTS "
        "(SELECT 1 FROM {} AS o WHERE substr(url || '/', 1, length(o.name)) = o.name) ORDER BY next_at, id LIMIT ?",
        head_columns, that_are_due, rows_sql({"name TEXT"}), rows_sql({"name TEXT"}));
    std::vector<WebhookDelivery> found;
    auto rows = database_.query(sql, now, text_list(under_way), text_list(without_origins), limit);
    while (rows.next()) found.push_back(read_whole(rows));
    return found;
}

std::optional<WebhookDelivery> WebhookDeliveries::find(std::string_view id)
{
    static const std::string sql = fmt::format("SELECT {}, payload FROM webhook_deliveries WHERE id = ?", head_columns);
    auto row = database_.query(sql, id);
    return row.next() ? std::optional{read_whole(row)} : std::nullopt;
}

std::optional<std::string> WebhookDeliveries::own_url_of(const WebhookDelivery& delivery)
{
    auto row = database_.query("SELECT webhook FROM generations WHERE id = ?", delivery.generation_id);
    return row.next() ? row.optional_text("webhook") : std::nullopt;
}

DeliveryPage WebhookDeliveries::list(const DeliveryFilter& filter, std::int64_t page, std::int64_t size)
{
    static const std::string that_fit = fmt::format(
        "WHERE (CAST(?1 AS BIGINT) IS NULL OR api_key_id = ?1) AND (CAST(?2 AS TEXT) IS NULL OR {} = ?2) AND (CAST(?3 "
        "AS TEXT) IS NULL OR generation_id = ?3)",
        state_sql);
    static const std::string count_sql = fmt::format("SELECT count(*) FROM webhook_deliveries {}", that_fit);
    static const std::string list_sql =
        fmt::format("SELECT {} FROM webhook_deliveries {} ORDER BY id DESC LIMIT ?4 OFFSET ?5", head_columns, that_fit);
    const auto state = filter.state ? std::optional{to_string(*filter.state)} : std::nullopt;
    DeliveryPage found;
    auto count = database_.query(count_sql, filter.key, state, filter.generation);
    count.next();
    found.total = count.integer();
    auto rows = database_.query(list_sql, filter.key, state, filter.generation, size, (page - 1) * size);
    while (rows.next()) found.items.push_back(read_head(rows));
    return found;
}

std::vector<std::string> WebhookDeliveries::names_of_failing(std::int64_t attempts)
{
    return read_texts(database_.query(
        "SELECT name FROM api_keys WHERE deleted_at IS NULL AND id IN (SELECT api_key_id FROM webhook_deliveries WHERE "
        "delivered_at IS NULL AND gave_up_at IS NULL AND attempts >= ?) ORDER BY name",
        attempts));
}

int WebhookDeliveries::remove_ended_before(Time before, const std::stop_token& stop)
{
    constexpr int piece = 200;  // with their payloads: milliseconds
    int all = 0;
    while (!stop.stop_requested()) {
        const int removed = database_.run(
            "DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE id < ?1 AND "
            "(delivered_at < ?2 OR gave_up_at < ?2) ORDER BY id LIMIT ?3)",
            "msg_" + first_id_of(before), before, piece);
        all += removed;
        if (removed < piece) break;
        let_others_write();
    }
    return all;
}

}  // namespace dreamina
