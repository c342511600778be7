using ATAS.DataFeedsCore;

namespace Tapewire.Platform;

internal static class Securities
{
    public static Security Of(Instrument instrument) => new()
    {
        SecurityId = instrument.SecurityId,
        Code = instrument.Symbol,
        Exchange = instrument.Exchange,
        Instrument = instrument.SecurityId,
        ConnectorId = instrument.Exchange,
        TickSize = instrument.TickSize,
        TickCost = instrument.TickCost,
        LotSize = instrument.LotSize,
        LotMinSize = instrument.LotMinSize,
        LotMaxSize = instrument.LotMaxSize,
        PriceMultiplier = 1,
        VolumeMultiplier = instrument.Multiplier,
        BaseCurrency = instrument.BaseCurrency,
        QuoteCurrency = instrument.QuoteCurrency,
        IsInverseFutures = instrument.IsInverse,
    };
}
