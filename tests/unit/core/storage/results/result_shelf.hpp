#pragma once
/// A database with a folder for stored results beside it.

#include <algorithm>

#include "core/base/time_ordered_id.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/results/new_results.hpp"
#include "core/storage/results/result_files.hpp"
#include "core/storage/stores/api_key_store.hpp"
#include "core/storage/temporary_database.hpp"

namespace dreamina {

inline const std::string picture_url = "https://p3-sign.byteimg.com/a.png?x-expires=4102444800";

/// A PNG of a size; what stands behind its head tells it from others.
inline std::string picture(const std::string& rest = "", char width = 3, char height = 2)
{
    std::string bytes{"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0", 19};
    bytes.push_back(width);
    bytes.append(std::string{"\0\0\0", 3}).push_back(height);
    return bytes + std::string(40, '.') + rest;
}

struct ResultShelf : TemporaryDatabase {
    Time now = start;
    Settings settings = settings_with_room();
    const TemporaryFolder place;
    const std::filesystem::path folder = place / "results";
    ResultStore store{**this};

    static Settings settings_with_room()
    {
        Settings settings;
        settings.results_min_free_gb = 0;
        return settings;
    }

    ApiKeyId add_key(const std::string& name, std::optional<std::int64_t> storage_gb = std::nullopt)
    {
        return ApiKeyStore{**this}.add({.name = name, .prefix = "dm-" + name, .storage_gb = storage_gb},
                                       "digest of " + name, now);
    }
    /// Ids sort as they were made.
    std::string next_id() { return fmt::format("{}{:012x}", first_id_of(now), ++made_); }

    std::vector<AddedResult> add(const std::vector<AnsweredResult>& results, std::int64_t key = 0)
    {
        Transaction transaction{**this};
        auto added = add_results(
            **this, {.request_id = "r1", .api_key = key, .account = 1, .model = "jimeng-4.0", .results = results},
            settings, now);
        transaction.commit();
        return added;
    }
    std::string add_pending(std::int64_t key = 0)
    {
        const std::string id = next_id();
        add({{.id = id, .url = picture_url}}, key);
        return id;
    }
    /// As if it had been fetched.
    std::string add_stored(const std::string& content, std::int64_t key = 0)
    {
        const std::string id = add_pending(key);
        put(id, content);
        return id;
    }
    bool put(const std::string& id, const std::string& content)
    {
        auto writer = ResultFileWriter::create(folder, id);
        REQUIRE(writer);
        REQUIRE(writer->write(content));
        const auto file = writer->finish();
        REQUIRE(file);
        return publish_result(**this, folder, id, *writer, *file);
    }
    StoredResult get(const std::string& id) { return store.find(id).value(); }
    bool has_file(const std::string& id) { return std::filesystem::exists(folder / result_place(get(id).sha256)); }
    std::size_t files() const
    {
        std::size_t count = 0;
        std::error_code error;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error))
            count += entry.is_regular_file() && entry.path().filename() != ".lock" ? 1U : 0U;
        return count;
    }

private:
    int made_ = 0;
};

}  // namespace dreamina
