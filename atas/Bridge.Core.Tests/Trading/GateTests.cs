using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Trading;

public sealed class GateTests
{
    private const long NowMs = 100_000;
    private static readonly GateSettings Settings = new() { Instrument = "ETHUSDT@BinanceFutures", RequiresExpectancy = false };
    private static readonly GateScene Scene = new() { Quote = new Quote(3499.9m, 3500.1m, NowMs), Position = 0, HasSeen = _ => false };

    [Fact]
    public void The_guides_signal_passes_and_each_thing_that_stands_against_it_has_its_name()
    {
        var signal = Sample.Signal;
        Is(null, signal);
        Is(Reasons.OtherSymbol, signal with { Symbol = "BTCUSDT" });
        Is(Reasons.AlreadySeen, signal, scene: Scene with { HasSeen = id => id == signal.Id });
        Is(Reasons.OtherTimeframe, signal, Settings with { Timeframes = ["3m", "5m"] });
        Is(null, signal, Settings with { Timeframes = ["3m", "1M"] });
        Is(Reasons.OtherDirection, signal, Settings with { AllowsBuy = false });
        Is(null, signal, Settings with { AllowsSell = false });
        Is(Reasons.TooWeak, signal, Settings with { StrengthMin = 85.6m });
        Is(null, signal, Settings with { StrengthMin = 85.5m });
        Is(Reasons.BracketOpen, signal, scene: Scene with { HasOpenBracket = true });
        Is(Reasons.NotFlat, signal, scene: Scene with { Position = -0.5m });
        Is(Reasons.PositionUnknown, signal, scene: Scene with { Position = null });
    }

    [Fact]
    public void Without_an_expectancy_above_zero_nothing_is_traded_unless_that_is_switched_off()
    {
        var strict = new GateSettings { Instrument = "ETHUSDT" };
        Is(Reasons.NoExpectancy, Sample.Signal, strict);
        Is(Reasons.NoExpectancy, Sample.Signal with { Metadata = new SignalMetadata { EvNetBp = 4 } }, strict);
        Is(Reasons.LowExpectancy, Sample.Signal with { Metadata = new SignalMetadata { EvLcbBp = 0 } }, strict);
        Is(null, Sample.Signal with { Metadata = new SignalMetadata { EvLcbBp = 0.1m } }, strict);
    }

    [Fact]
    public void A_buyer_is_guarded_by_the_ask_and_a_seller_by_the_bid()
    {
        var sell = Sample.Signal with { Direction = Side.Sell, StopLoss = 3517.5m, TakeProfit = 3458 };
        // 5 bps of 3500 are 1.75.
        Is(null, Sample.Signal, quote: new(3501, 3501.75m, NowMs));
        Is(Reasons.PriceMoved, Sample.Signal, quote: new(3501, 3501.76m, NowMs));
        Is(null, Sample.Signal, quote: new(3490, 3490.1m, NowMs));
        Is(null, sell, quote: new(3498.25m, 3499, NowMs));
        Is(Reasons.PriceMoved, sell, quote: new(3498.24m, 3499, NowMs));
        Is(null, sell, quote: new(3510, 3511, NowMs));
        Is(Reasons.StopPassed, Sample.Signal, quote: new(3482.5m, 3483, NowMs));
        Is(Reasons.StopPassed, sell, quote: new(3517, 3517.5m, NowMs));
        Is(Reasons.TargetPassed, Sample.Signal, quote: new(3542, 3542.5m, NowMs));
        Is(Reasons.TargetPassed, sell, quote: new(3457, 3458, NowMs));
        Is(Reasons.PriceMoved, Sample.Signal, Settings with { MaxSlippageBps = 0.1m }, Scene);
        Is(null, Sample.Signal with { MaxSlippageBps = null }, quote: new(3520, 3521, NowMs));
    }

    [Fact]
    public void A_quote_that_is_old_crossed_or_absent_guards_nothing()
    {
        Is(Reasons.NoQuote, Sample.Signal, scene: Scene with { Quote = null });
        Is(null, Sample.Signal, quote: new(3499.9m, 3500.1m, NowMs - 2_000));
        Is(Reasons.StaleQuote, Sample.Signal, quote: new(3499.9m, 3500.1m, NowMs - 2_001));
        Is(Reasons.BadQuote, Sample.Signal, quote: new(3500.1m, 3500, NowMs));
        Is(Reasons.BadQuote, Sample.Signal, quote: new(0, 3500, NowMs));
    }

    [Fact]
    public void A_close_passes_whatever_would_keep_an_entry_out_but_not_twice()
    {
        var close = Sample.Signal with { Intent = Intent.Close, Closes = "x", SignalStrength = 0 };
        var bad = new GateScene { HasOpenBracket = true, Position = 5, HasSeen = _ => false };
        Is(null, close, Settings with { StrengthMin = 90, AllowsBuy = false }, bad);
        Is(Reasons.AlreadySeen, close, scene: bad with { HasSeen = _ => true });
        Is(Reasons.OtherSymbol, close with { Symbol = "BTCUSDT" }, scene: bad);
    }

    [Theory]
    [InlineData("ETHUSDT@BinanceFutures", "ETHUSDT")]
    [InlineData("eth-usdt@Bybit", "ETHUSDT")]
    [InlineData("ETHUSDT", "ETHUSDT")]
    [InlineData("xbtusd@bitmex", "BTCUSDT")]
    [InlineData("1000PEPEUSDT@BinanceFutures", "1000PEPEUSDT")]
    public void A_platforms_name_becomes_the_servers(string name, string symbol)
    {
        var map = SymbolMap.Parse("XBTUSD@Bitmex = btc/usdt;\n ETHUSDT=ETHUSDT", out var problem);
        Assert.Null(problem);
        Assert.Equal(symbol, map!.SymbolOf(name));
    }

    [Theory]
    [InlineData("XBTUSD@Bitmex", "XBTUSD@Bitmex")]
    [InlineData("a=b=c", "a=b=c")]
    [InlineData("=BTCUSDT", "=BTCUSDT")]
    [InlineData("a=-", "a=-")]
    [InlineData("a=b;A=c", "\"A\" twice")]
    public void A_symbol_map_that_cannot_be_read_says_where(string text, string where)
    {
        Assert.Null(SymbolMap.Parse(text, out var problem));
        Assert.Contains(where, problem);
    }

    private static void Is(Reason? expected, Signal signal, GateSettings? settings = null, GateScene? scene = null, Quote? quote = null) =>
        Assert.Equal(expected, new Gate(settings ?? Settings).Judge(signal, quote is null ? scene ?? Scene : Scene with { Quote = quote }, NowMs).Refusal);
}
