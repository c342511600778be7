using System;
using Tapewire.Bridge.Trading;
using Tapewire.Bridge.Wire;
using Xunit;

namespace Tapewire.Bridge.Tests.Trading;

public sealed class SizingTests
{
    private static readonly SizingSettings Costless = new()
    {
        Value = 2, EntryFeeBps = 0, ExitFeeBps = 0, EntrySlippageBps = 0, StopSlippageBps = 0,
    };

    /// <summary>The guide's sample divides 200 by 17.5 and sends 11.428571…; with its 5 bps of fees each way it would lose more than 200.</summary>
    [Fact]
    public void The_guides_numbers_come_out_on_steps_and_within_the_risk()
    {
        Assert.Equal(11.428m, Of(Costless).Quantity);
        var size = Of(Costless with { EntryFeeBps = 5, ExitFeeBps = 5 });
        // 200 / (17.5 + 0.0005 × (3500 + 3482.5)) = 9.527…
        Assert.Equal(9.527m, size.Quantity);
        Assert.InRange(size.LossAtStop, 199.9m, 200m);
    }

    [Fact]
    public void Each_mode_says_what_it_means_and_each_refusal_has_its_name()
    {
        Assert.Equal(5.714m, Of(Costless with { Mode = SizingMode.RiskAmount, Value = 100 }).Quantity);
        Assert.Equal(2.5m, Of(Costless with { Mode = SizingMode.Fixed, Value = 2.5004m }).Quantity);
        Assert.Equal(2m, Of(Costless with { Mode = SizingMode.Notional, Value = 7_003 }).Quantity);
        // 10,000 at tenfold, and the signal's leverage narrows it.
        Assert.Equal(28.571m, Of(Costless with { Value = 100 }).Quantity);
        Assert.Equal(5.714m, Of(Costless with { Value = 100 }, leverage: 2).Quantity);
        Assert.Equal(2.857m, Of(Costless with { Value = 100 }, leverage: 2, account: Sample.Account with { BalanceAvailable = 5_000 }).Quantity);
        Assert.Equal(3m, Of(Costless, Sample.Instrument with { LotMaxSize = 3 }).Quantity);

        Refused(Reasons.NoInstrument, Of(Costless, Sample.Instrument with { TickCost = 0 }));
        Refused(Reasons.NoInstrument, Of(Costless, Sample.Instrument with { LotSize = 0 }));
        Refused(Reasons.NoInstrument, Of(Costless, Sample.Instrument with { TickSize = 1e-27m, TickCost = 1e20m }));
        Refused(Reasons.NoBalance, Of(Costless, account: Sample.Account with { Balance = 0 }));
        Refused(Reasons.NoMargin, Of(Costless, account: Sample.Account with { BalanceAvailable = 0 }));
        Refused(Reasons.NoMargin, Of(Costless with { Mode = SizingMode.Fixed, Value = 50 }));
        Refused(Reasons.AboveMaximum, Of(Costless with { Mode = SizingMode.Fixed, Value = 5 }, Sample.Instrument with { LotMaxSize = 3 }));
        Refused(Reasons.BelowMinimum, Of(Costless with { Value = 0.0001m }));
        Refused(Reasons.BelowMinimum, Of(Costless, Sample.Instrument with { LotMinSize = 12 }));
        Refused(Reasons.BadSetting, Of(Costless with { Value = 0 }));
        Refused(Reasons.BadSetting, Of(Costless with { Value = 101 }));
        Refused(Reasons.BadSetting, Of(Costless with { ExitFeeBps = -1 }));
        Refused(Reasons.BadBracket, Sizing.Of(Side.Buy, 3500, 3500, 20, Sample.Instrument, Sample.Account, Costless));
        Refused(Reasons.BadBracket, Sizing.Of(Side.Sell, 3500, 3482.5m, 20, Sample.Instrument, Sample.Account, Costless));
        Refused(Reasons.NoAccount, Sizing.Of(Side.Buy, 3500, 3482.5m, 20, Sample.Instrument, null, Costless));
    }

    /// <summary>100 USD contracts, margined in BTC: bought at 50,000 and stopped at 49,000 each loses 100 × (1/49,000 − 1/50,000) BTC.</summary>
    [Fact]
    public void An_inverse_contract_is_sized_in_its_own_currency()
    {
        var instrument = new InstrumentTerms { Name = "BTCUSD_PERP", TickSize = 0.1m, TickCost = 1, LotSize = 1, IsInverse = true, ContractValue = 100 };
        var account = new AccountTerms { Id = "coin", Balance = 1, IsRealAccount = false };
        var size = Sizing.Of(Side.Buy, 50_000, 49_000, 10, instrument, account, Costless with { Value = 1.01m });
        // 0.0101 / 0.0000408163… = 247.45
        Assert.Equal(247, size.Quantity);
    }

    /// <summary>The loss is computed anew, from fills and fees, and not by the formula that was inverted.</summary>
    [Fact]
    public void Whatever_the_instrument_a_stopped_trade_loses_at_most_the_risk_and_the_size_keeps_its_steps()
    {
        var random = new Random(20261125);
        var traded = 0;
        for (var n = 0; n < 100_000; n += 1)
        {
            var isInverse = random.Next(4) == 0;
            var instrument = new InstrumentTerms
            {
                Name = "any",
                TickSize = Power(random, -8, 2),
                TickCost = random.Next(1, 1_000) * Power(random, -9, 1),
                LotSize = random.Next(1, 10) * Power(random, -6, 1),
                LotMinSize = random.Next(3) == 0 ? null : random.Next(1, 100) * Power(random, -4, 1),
                LotMaxSize = random.Next(3) == 0 ? null : random.Next(1, 1_000) * Power(random, -1, 3),
                IsInverse = isInverse,
                ContractValue = random.Next(1, 200),
            };
            var side = (Side)random.Next(2);
            var entry = random.Next(1, 1_000_000) * Power(random, -4, 1);
            var stop = entry * (1 + (side == Side.Buy ? -1 : 1) * random.Next(1, 900) / 1_000m);
            var account = new AccountTerms { Id = "any", Balance = random.Next(1, 1_000_000) / 10m, BalanceAvailable = random.Next(2) == 0 ? null : random.Next(0, 100_000), IsRealAccount = false };
            var settings = new SizingSettings
            {
                Mode = (SizingMode)random.Next(4), Value = random.Next(1, 1_000) / 10m, EntryFeeBps = random.Next(0, 20), ExitFeeBps = random.Next(0, 20),
                EntrySlippageBps = random.Next(0, 30), StopSlippageBps = random.Next(0, 50), LeverageMax = random.Next(1, 50),
            };
            var size = Sizing.Of(side, entry, stop, 20, instrument, account, settings);
            if (size.Refusal is not null)
            {
                Assert.Equal(0, size.Quantity);
                continue;
            }
            traded += 1;
            var d = side == Side.Buy ? 1 : -1;
            var (bought, sold) = (entry * (1 + d * settings.EntrySlippageBps / 10_000), stop * (1 - d * settings.StopSlippageBps / 10_000));
            var profit = isInverse
                ? d * size.Quantity * instrument.ContractValue * (1 / bought - 1 / sold)
                : d * (sold - bought) / instrument.TickSize * instrument.TickCost * size.Quantity;
            decimal WorthAt(decimal price) => isInverse ? size.Quantity * instrument.ContractValue / price : price / instrument.TickSize * instrument.TickCost * size.Quantity;
            var loss = -profit + WorthAt(bought) * settings.EntryFeeBps / 10_000 + WorthAt(sold) * settings.ExitFeeBps / 10_000;
            var risk = settings.Mode == SizingMode.RiskPercent ? account.Balance * settings.Value / 100 : Math.Min(settings.Value, account.Balance);
            // Two ways of computing differ in the last of 28 digits.
            if (settings.Mode is SizingMode.RiskPercent or SizingMode.RiskAmount) Assert.True(loss <= risk * 1.0000000000000001m, $"{n}: {loss} > {risk}");
            if (settings.Mode == SizingMode.Notional) Assert.True(WorthAt(bought) <= settings.Value * 1.0000000000000001m);
            var free = Math.Min(account.BalanceAvailable ?? account.Balance, account.Balance);
            Assert.True(WorthAt(bought) <= free * Math.Min(20, settings.LeverageMax) * 1.0000000000000001m);
            Assert.Equal(0, size.Quantity % instrument.LotSize);
            Assert.True(size.Quantity >= Math.Max(instrument.LotMinSize ?? 0, instrument.LotSize));
            Assert.True(size.Quantity <= (instrument.LotMaxSize ?? decimal.MaxValue));
        }
        Assert.InRange(traded, 10_000, 99_000);
    }

    private static decimal Power(Random random, int least, int most)
    {
        var power = 1m;
        for (var n = random.Next(least, most); n != 0; n -= Math.Sign(n)) power = n > 0 ? power * 10 : power / 10;
        return power;
    }

    private static Size Of(SizingSettings settings, InstrumentTerms? instrument = null, AccountTerms? account = null, int leverage = 20) =>
        Sizing.Of(Side.Buy, 3500, 3482.5m, leverage, instrument ?? Sample.Instrument, account ?? Sample.Account, settings);

    private static void Refused(Reason reason, Size size)
    {
        Assert.Equal(reason, size.Refusal);
        Assert.Equal(0, size.Quantity);
    }
}
