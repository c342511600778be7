using System;
using System.Text.Json;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Wire;

public sealed class WireJsonTests
{
    private const string Delivery =
        """{"id":"a.default","signal_id":"a","account":"default","intent":"ENTRY","state":"CLAIMED"}""";

    private static string Signal(string intent = "ENTRY", string direction = "\"BUY\"", string price = "3500.0") =>
        $$"""
        {"id":"a","intent":"{{intent}}","symbol":"ETHUSDT","direction":{{direction}},"timeframe":"1m","entry_price":{{price}},
         "stop_loss":3482.5,"take_profit":3542.0,"leverage":10,"signal_strength":80.0,"market":"DEMO"}
        """;

    private static string Grant(string within, string intent = "ENTRY") =>
        $$"""{"delivery":{{Delivery}},"fence":7,"client_order_id":"tw-1"{{within}},"signal":{{Signal(intent)}}}""";

    [Fact]
    public void A_signal_needs_only_what_decisions_rest_on()
    {
        var signal = WireJson.Read<Signal>(Signal());
        Assert.Equal(
            (Side.Buy, 3500m, null, null, null),
            (signal.Direction, signal.EntryPrice, signal.MaxSlippageBps, signal.Tp1, signal.Metadata));
    }

    [Theory]
    [InlineData("\"buy\"")]
    [InlineData("\"Buy\"")]
    [InlineData("\"LONG\"")]
    [InlineData("0")]
    [InlineData("null")]
    public void A_side_is_exactly_one_of_two_words(string direction) =>
        Assert.Throws<JsonException>(() => WireJson.Read<Signal>(Signal(direction: direction)));

    [Theory]
    [InlineData("null")]
    [InlineData("\"3500\"")]
    [InlineData("\"NaN\"")]
    public void A_price_is_a_number(string price) =>
        Assert.Throws<JsonException>(() => WireJson.Read<Signal>(Signal(price: price)));

    [Fact]
    public void An_entry_without_a_deadline_cannot_be_read_and_a_close_has_none()
    {
        Assert.Throws<JsonException>(() => WireJson.Read<Grant>(Grant("")));
        Assert.Throws<JsonException>(() => WireJson.Read<Grant>(Grant(",\"execute_within_ms\":null")));
        Assert.Throws<JsonException>(() => WireJson.Read<Grant>(Grant(",\"execute_within_ms\":\"soon\"")));
        Assert.Equal(900, WireJson.Read<Grant>(Grant(",\"execute_within_ms\":900")).ExecuteWithinMs);
        Assert.Null(WireJson.Read<Grant>(Grant(",\"execute_within_ms\":null", "CLOSE")).ExecuteWithinMs);
    }

    [Fact]
    public void A_state_of_a_later_version_is_unknown_and_an_intent_is_unreadable()
    {
        var delivery = Delivery.Replace("CLAIMED", "PARKED", StringComparison.Ordinal);
        Assert.Equal(DeliveryState.Unknown, WireJson.Read<Delivery>(delivery).State);
        Assert.Throws<JsonException>(() => WireJson.Read<Signal>(Signal("HEDGE")));
    }

    [Fact]
    public void An_instant_says_its_zone_and_is_written_in_utc()
    {
        const string Json = """{"report_id":"r","session":"s","epoch":1,"fence":1,"type":"NOT_SENT","leg":"TP1","venue_time":"2026-11-22T11:30:45.2541+01:00"}""";
        Assert.Equal(
            """{"report_id":"r","session":"s","epoch":1,"fence":1,"type":"NOT_SENT","leg":"TP1","venue_time":"2026-11-22T10:30:45.2541000Z"}""",
            WireJson.Write(WireJson.Read<ReportBody>(Json)));
    }

    [Fact]
    public void What_the_expectancy_gate_asks_for_is_read()
    {
        var json = Signal().TrimEnd()[..^1] + ""","metadata":{"ev_net_bp":3.5,"ev_lcb_bp":-0.25,"n_eff":812}}""";
        Assert.Equal((3.5m, -0.25m), (WireJson.Read<Signal>(json).Metadata!.EvNetBp, WireJson.Read<Signal>(json).Metadata!.EvLcbBp));
    }

    [Fact]
    public void Null_is_nothing() => Assert.Throws<JsonException>(() => WireJson.Read<Signal>("null"));
}
