#include "core/storage/log/answer_sample_store.hpp"

#include "core/storage/engine/transaction.hpp"

namespace dreamina {
namespace {

constexpr std::string_view sample_columns =
    "SELECT id, status, code, message, error, empty_data, content_type, first_at, last_at, count FROM answer_samples";

KeptSample read_sample(const Query& row)
{
    return {.id = row.integer("id"),
            .sample = {.status = static_cast<int>(row.integer("status")),
                       .code = row.integer("code"),
                       .message = row.text("message"),
                       .error = row.text("error"),
                       .empty_data = row.boolean("empty_data"),
                       .content_type = row.text("content_type")},
            .first_at = row.time("first_at"),
            .last_at = row.time("last_at"),
            .count = row.integer("count")};
}

}  // namespace

std::optional<std::int64_t> AnswerSampleStore::keep(const AnswerSample& sample, Time now)
{
    {
        auto row = database_.query(
            "UPDATE answer_samples SET last_at = ?1, count = count + 1 WHERE code = ?2 AND status = ?3 AND message = "
            "?4 "
            "AND error = ?5 AND content_type = ?6 AND empty_data = ?7 RETURNING id",
            now, sample.code, sample.status, sample.message, sample.error, sample.content_type, sample.empty_data);
        if (row.next()) {
            const std::int64_t id = row.integer();
            row.finish();
            return id;
        }
    }
    auto row = database_.query(
        "INSERT INTO answer_samples (status, code, message, error, empty_data, content_type, first_at, last_at, count) "
        "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1 WHERE (SELECT count(*) FROM answer_samples) < ?8 "
        "RETURNING id",
        sample.status, sample.code, sample.message, sample.error, sample.empty_data, sample.content_type, now,
        max_answer_samples);
    if (!row.next()) return std::nullopt;
    const std::int64_t id = row.integer();
    row.finish();
    return id;
}

std::optional<KeptSample> AnswerSampleStore::find(std::int64_t id)
{
    static const std::string sql = std::string{sample_columns} + " WHERE id = ?";
    auto row = database_.query(sql, id);
    return row.next() ? std::optional{read_sample(row)} : std::nullopt;
}

std::vector<KeptSample> AnswerSampleStore::all(std::int64_t limit)
{
    static const std::string sql = std::string{sample_columns} + " ORDER BY last_at DESC, id DESC LIMIT ?";
    std::vector<KeptSample> samples;
    auto rows = database_.query(sql, limit);
    while (rows.next()) samples.push_back(read_sample(rows));
    return samples;
}

int AnswerSampleStore::remove_before(Time before, const std::stop_token& stop)
{
    constexpr int piece = 500;
    int all = 0;
    while (!stop.stop_requested()) {
        const int removed = database_.run(
            "DELETE FROM answer_samples WHERE id IN (SELECT id FROM answer_samples WHERE last_at < ? ORDER BY last_at "
            "LIMIT ?)",
            before, piece);
        all += removed;
        if (removed < piece) break;
        let_others_write();
    }
    return all;
}

}  // namespace dreamina
