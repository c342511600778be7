using System;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.IO;
using System.Linq;
using Tapewire.Bridge.Pilot;
using Tapewire.Bridge.Trading;

namespace Tapewire.Bridge;

/// <summary>Which of the signal's targets are traded.</summary>
public enum TargetChoice
{
    [Display(Name = "One target (take_profit)")]
    OneTarget,

    [Display(Name = "Three targets: 50 / 30 / 20 %")]
    ThreeTargets,
}

/// <summary>
/// What the user chooses. Setters run on threads of the platform and before there is a chart, so they only keep the value; all of
/// it is read once, when the strategy is started.
/// </summary>
public sealed partial class TapewireStrategy
{
    private const string Server = "1. Server";
    private const string Signals = "2. Signals";
    private const string Trading = "3. Trading";
    private const string Size = "4. Size";
    private const string Chart = "5. Chart and alerts";

    [Display(Name = "Server", GroupName = Server, Order = 10, Description = "Where Tapewire listens, with its port. 127.0.0.1 rather than localhost.")]
    public string ServerUrl { get; set; } = "http://127.0.0.1:8888";

    [Display(Name = "Key file", GroupName = Server, Order = 20, Description = "The file that Tapewire's first start names: api-key in its data folder. The key itself is never kept here.")]
    public string KeyFilePath { get; set; } = "";

    [Display(Name = "Name of this executor", GroupName = Server, Order = 30, Description = "What people read beside the trades, and in the refusals of others.")]
    public string ExecutorName { get; set; } = "atas";

    [Display(Name = "Take the account over", GroupName = Server, Order = 40, Description = "Once, at the start, from whoever holds it. Only when you know that the other one is dead.")]
    public bool TakeOver { get; set; }

    [Display(Name = "Symbol map", GroupName = Signals, Order = 10, Description = "Only where the names differ: XBTUSD@Bitmex = BTCUSDT, separated by commas. Without an entry ETHUSDT@BinanceFutures is ETHUSDT.")]
    public string SymbolMapText { get; set; } = "";

    [Display(Name = "Timeframes", GroupName = Signals, Order = 20, Description = "1m, 3m, 5m; empty: all. They are those of the signal, not of the chart.")]
    public string Timeframes { get; set; } = "";

    [Display(Name = "Least strength", GroupName = Signals, Order = 30, Description = "0 to 100.")]
    [Range(0, 100)]
    public decimal StrengthMin { get; set; }

    [Display(Name = "Trade BUY", GroupName = Signals, Order = 40)]
    public bool AllowBuy { get; set; } = true;

    [Display(Name = "Trade SELL", GroupName = Signals, Order = 50)]
    public bool AllowSell { get; set; } = true;

    [Display(Name = "Mode", GroupName = Trading, Order = 10, Description = "Alerts only: nothing is traded. Confirm: what you confirm in time. Auto: by itself.")]
    public TradeMode Mode { get; set; } = TradeMode.AlertsOnly;

    [Display(Name = "Trade a REAL account", GroupName = Trading, Order = 20, Description = "The second yes. Without it no order goes to an account that is not a demo account.")]
    public bool TradeRealAccount { get; set; }

    [Display(Name = "Auto: trade without proven expectancy", GroupName = Trading, Order = 30, Description = "Auto asks for signals whose expectancy, after costs, is above zero at its lower bound. This says that you want the others too.")]
    public bool TradeWithoutExpectancy { get; set; }

    [Display(Name = "Confirm what waits", GroupName = Trading, Order = 40, Description = "Tick it to trade the signal that waits. It unticks itself.")]
    [Browsable(true)]
    public bool ConfirmNow
    {
        get => false;
        set
        {
            if (value) _actor?.Confirm();
        }
    }

    [Display(Name = "Most slippage, bps", GroupName = Trading, Order = 50, Description = "Hundredths of a percent that the live quote may be worse than the signal's price. Narrows what the signal allows.")]
    [Range(0, 500)]
    public decimal MaxSlippageBps { get; set; } = 10;

    [Display(Name = "Oldest quote, ms", GroupName = Trading, Order = 60, Description = "Without a quote or a trade for so long, nothing is sent.")]
    [Range(250, 60_000)]
    public int QuoteAgeMsMax { get; set; } = 2_000;

    [Display(Name = "Enter by limit order", GroupName = Trading, Order = 70, Description = "At the worst price that the slippage allows, instead of at the market.")]
    public bool EnterByLimit { get; set; }

    [Display(Name = "Targets", GroupName = Trading, Order = 80)]
    public TargetChoice Targets { get; set; } = TargetChoice.OneTarget;

    [Display(Name = "Unprotected for at most, ms", GroupName = Trading, Order = 90, Description = "When no stop can be placed in this time the position is closed at the market.")]
    [Range(1_000, 60_000)]
    public int GraceMs { get; set; } = 5_000;

    [Display(Name = "Size by", GroupName = Size, Order = 10)]
    public SizingMode SizingMode { get; set; } = SizingMode.RiskPercent;

    [Display(Name = "Value", GroupName = Size, Order = 20, Description = "Percent of the balance, an amount, a quantity, or the position's worth.")]
    public decimal SizeValue { get; set; } = 0.5m;

    [Display(Name = "Most leverage", GroupName = Size, Order = 30, Description = "Position's worth over free balance. The signal's own leverage bounds it as well.")]
    public decimal LeverageMax { get; set; } = 10;

    [Display(Name = "Fee in, bps", GroupName = Size, Order = 40)]
    public decimal EntryFeeBps { get; set; } = 5;

    [Display(Name = "Fee out, bps", GroupName = Size, Order = 50)]
    public decimal ExitFeeBps { get; set; } = 5;

    [Display(Name = "Alert sound", GroupName = Chart, Order = 10, Description = "The name of one of ATAS's sounds; empty: none.")]
    public string AlertSound { get; set; } = "alert1";

    [Display(Name = "Draw the open trade", GroupName = Chart, Order = 20)]
    public bool DrawTrade { get; set; } = true;

    /// <summary>Null, and what is wrong, when something cannot be used.</summary>
    private BridgeSettings? SettingsFor(string instrument, out string? problem)
    {
        if (SymbolMap.Parse(SymbolMapText ?? "", out problem) is not { } symbols) return null;
        if (!Uri.TryCreate(ServerUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            problem = $"the server is \"{ServerUrl}\", and must be an address like http://127.0.0.1:8888";
            return null;
        }
        if (string.IsNullOrWhiteSpace(ExecutorName) || ExecutorName.Length > 64)
        {
            problem = "the executor needs a name of at most 64 characters";
            return null;
        }
        return new BridgeSettings
        {
            Consumer = ExecutorName.Trim(),
            Mode = Mode,
            TradesRealAccount = TradeRealAccount,
            TakesOver = TakeOver,
            Gate = new GateSettings
            {
                Instrument = instrument,
                Symbols = symbols,
                Timeframes = [.. (Timeframes ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
                StrengthMin = StrengthMin,
                RequiresExpectancy = Mode == TradeMode.Auto && !TradeWithoutExpectancy,
                MaxSlippageBps = MaxSlippageBps,
                QuoteAgeMsMax = QuoteAgeMsMax,
                AllowsBuy = AllowBuy,
                AllowsSell = AllowSell,
            },
            Plan = new PlanSettings
            {
                TargetShares = Targets == TargetChoice.ThreeTargets ? PlanSettings.Ladder : PlanSettings.SingleTarget,
                EntersByLimit = EnterByLimit,
                Sizing = new SizingSettings
                {
                    Mode = SizingMode, Value = SizeValue, LeverageMax = LeverageMax, EntryFeeBps = EntryFeeBps, ExitFeeBps = ExitFeeBps,
                },
            },
            Rules = new BracketRules { GraceMs = GraceMs },
        };
    }

    /// <summary>One memory per executor, broker account and instrument, under the user's application data.</summary>
    private string StorePathFor(string instrument, string account)
    {
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.Create), "Tapewire", "bridge");
        return Path.Combine(folder, $"{Plain(ExecutorName)}.{Plain(account)}.{Plain(instrument)}.jsonl");

        static string Plain(string name) => string.Concat(name.Select(each => char.IsAsciiLetterOrDigit(each) ? each : '_'));
    }
}
