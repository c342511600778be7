using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tapewire.Bridge.Wire;

/// <summary>Marks an enum that may grow on the other side: unknown texts read as its first member.</summary>
[AttributeUsage(AttributeTargets.Enum)]
internal sealed class OpenWordsAttribute : Attribute;

/// <summary>
/// How /api/v1 is read and written: names in snake_case, enums in UPPER_SNAKE, instants as UTC with a Z, no nulls for what
/// may be left out. What is required and missing, or null and may not be, is a JsonException that names the member; members
/// that are not known here are left alone.
/// </summary>
public static class WireJson
{
    public static JsonSerializerOptions Options { get; } = Frozen();

    /// <exception cref="JsonException">It is not such a thing; the message says where.</exception>
    public static T Read<T>(string json) => Read<T>(JsonSerializer.Deserialize<JsonElement>(json, Options));

    /// <inheritdoc cref="Read{T}(string)"/>
    public static T Read<T>(JsonElement json) =>
        json.Deserialize<T>(Options) ?? throw new JsonException($"null is no {typeof(T).Name}");

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    private static JsonSerializerOptions Frozen()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
            Converters = { new WordConverterFactory(), new InstantConverter() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>Reads any ISO 8601 instant that says its zone; writes UTC, to the millisecond where that is all there is.</summary>
    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
        {
            var utc = value.UtcDateTime;
            var format = utc.Ticks % TimeSpan.TicksPerMillisecond == 0 ? "fff" : "fffffff";
            writer.WriteStringValue(
                utc.ToString($"yyyy-MM-dd'T'HH:mm:ss.{format}'Z'", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Exactly the word, or none: the converter that comes with .NET takes "buy" and 1 as well.</summary>
    private sealed class WordConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(WordConverter<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class WordConverter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private readonly Dictionary<T, string> _words = [];
        private readonly Dictionary<string, T> _meanings = new(StringComparer.Ordinal);
        private readonly bool _isOpen = typeof(T).IsDefined(typeof(OpenWordsAttribute), inherit: false);

        public WordConverter()
        {
            foreach (var value in Enum.GetValues<T>())
            {
                var word = JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());
                _words.Add(value, word);
                _meanings.Add(word, value);
            }
        }

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var word = reader.TokenType == JsonTokenType.String ? reader.GetString()! : null;
            if (word is not null && _meanings.TryGetValue(word, out var value)) return value;
            if (word is not null && _isOpen) return default;
            throw new JsonException($"{word ?? "this"} is no {typeof(T).Name}");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(_words[value]);
    }
}
