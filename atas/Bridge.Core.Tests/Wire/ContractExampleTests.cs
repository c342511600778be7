using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Wire;

/// <summary>The contract's own examples, read and written: what comes back is the same JSON, nulls and absent members too.</summary>
public sealed class ContractExampleTests
{
    private static readonly Dictionary<string, Type> Shapes = new()
    {
        ["account-held"] = typeof(Problem),
        ["account"] = typeof(AccountAnswer),
        ["active-signals"] = typeof(SignalPage),
        ["amended"] = typeof(SignalAnswer),
        ["claim-request"] = typeof(ClaimRequest),
        ["closing"] = typeof(SignalAnswer),
        ["cursor-gone"] = typeof(Problem),
        ["deliveries"] = typeof(DeliveryPage),
        ["events"] = typeof(EventPage),
        ["grant-of-close"] = typeof(Grant),
        ["grant"] = typeof(Grant),
        ["heartbeat-request"] = typeof(HeartbeatRequest),
        ["heartbeat"] = typeof(HeartbeatAnswer),
        ["market-open"] = typeof(MarketOpen),
        ["market-quote"] = typeof(MarketQuote),
        ["market-reset"] = typeof(MarketReset),
        ["market-trade"] = typeof(MarketTrade),
        ["report-request"] = typeof(ReportBody),
        ["reported"] = typeof(ReportAnswer),
        ["session-opened"] = typeof(SessionOpened),
        ["session-released"] = typeof(SessionReleased),
        ["session-request"] = typeof(SessionRequest),
        ["signal"] = typeof(SignalAnswer),
        ["stream-open"] = typeof(StreamOpen),
        ["stream-reset"] = typeof(StreamReset),
        ["time"] = typeof(ServerTime),
    };

    private static readonly Dictionary<string, Type> EventShapes = new()
    {
        ["signal.issued"] = typeof(SignalData),
        ["signal.amended"] = typeof(SignalData),
        ["signal.ended"] = typeof(SignalEndedData),
        ["session.opened"] = typeof(SessionOpenedData),
        ["session.ended"] = typeof(SessionOverData),
        ["account.stale"] = typeof(SessionOverData),
        ["account.halted"] = typeof(AccountData),
        ["account.resumed"] = typeof(AccountData),
        ["delivery.shown"] = typeof(DeliveryShownData),
        ["delivery.claimed"] = typeof(DeliveryData),
        ["delivery.reported"] = typeof(DeliveryData),
        ["delivery.withdrawn"] = typeof(DeliveryData),
        ["delivery.in_doubt"] = typeof(DeliveryData),
        ["delivery.resolved"] = typeof(DeliveryData),
        ["risk.changed"] = typeof(RiskData),
        ["risk.day"] = typeof(RiskDayData),
        ["notices.muted"] = typeof(NoticesMutedData),
        ["market.gap"] = typeof(MarketGapData),
    };

    /// <summary>Of publishers, operators and people who look; an executor neither reads nor writes them.</summary>
    private static readonly string[] Others =
    [
        "accounts", "amend-request", "bars", "cancel-request", "close-position-request", "close-request",
        "config", "halt-request", "instrument", "instruments", "kill-request", "ledgers",
        "market-tick", "mute-request", "notices", "performance", "position", "positions", "publish-request", "published",
        "resolve-request", "resolved", "resume-request", "risk", "sessions", "settle-request",
        "silences", "statement-request", "unmute-request",
    ];

    public static TheoryData<string> Names => new(Shapes.Keys.Order());

    public static TheoryData<string> EventNames => new(AllNames().Where(name => name.StartsWith("event-", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_comes_back_as_it_was(string name) => AssertSame(TextOf(name), Again(Shapes[name], TextOf(name)));

    [Theory]
    [MemberData(nameof(EventNames))]
    public void An_event_and_its_data_come_back_as_they_were(string name)
    {
        var text = TextOf(name);
        AssertSame(text, Again(typeof(EventEnvelope), text));
        var envelope = WireJson.Read<EventEnvelope>(text);
        AssertSame(envelope.Data.GetRawText(), Again(EventShapes[envelope.Type], envelope.Data.GetRawText()));
    }

    [Fact]
    public void Every_example_is_either_known_here_or_not_an_executors()
    {
        var known = Shapes.Keys.Concat(Others).Concat(AllNames().Where(name => name.StartsWith("event-", StringComparison.Ordinal)));
        Assert.Equal(AllNames().Order(), known.Order());
        var told = AllNames().Where(name => name.StartsWith("event-", StringComparison.Ordinal)).Select(name => WireJson.Read<EventEnvelope>(TextOf(name)).Type);
        Assert.Equal(EventShapes.Keys.Order(), told.Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Members_that_are_new_do_no_harm(string name)
    {
        var grown = JsonNode.Parse(TextOf(name))!;
        Grow(grown);
        AssertSame(TextOf(name), Again(Shapes[name], grown.ToJsonString()));
    }

    [Fact]
    public void A_whole_price_keeps_its_point_and_a_price_its_digits()
    {
        var json = WireJson.Write(WireJson.Read<SignalAnswer>(TextOf("signal")));
        Assert.Contains("\"entry_price\":3500.0,", json, StringComparison.Ordinal);
        Assert.Contains("\"fees\":0.875087,", json, StringComparison.Ordinal);
        Assert.Contains("\"leverage\":20,", json, StringComparison.Ordinal);
    }

    private static string Again(Type shape, string text) =>
        JsonSerializer.Serialize(JsonSerializer.Deserialize(text, shape, WireJson.Options), shape, WireJson.Options);

    private static void AssertSame(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"expected {expected}\nbut got {actual}");

    /// <summary>Adds a member to every object but those whose names are data.</summary>
    private static void Grow(JsonNode node)
    {
        foreach (var item in (node as JsonArray ?? []).OfType<JsonNode>()) Grow(item);
        if (node is not JsonObject fields) return;
        foreach (var (name, value) in fields)
        {
            if (value is not null && name is not ("latency" or "data")) Grow(value);
        }
        fields["of_a_later_version"] = new JsonObject { ["a"] = 1 };
    }

    private static IEnumerable<string> AllNames() =>
        Directory.EnumerateFiles(Folder(), "*.json").Select(path => Path.GetFileNameWithoutExtension(path));

    private static string TextOf(string name) => File.ReadAllText(Path.Combine(Folder(), $"{name}.json"));

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "src", "contract", "examples", "v1");
}
