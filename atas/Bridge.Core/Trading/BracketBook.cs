namespace Tapewire.Bridge.Trading;

/// <summary>All brackets of one instrument and account.</summary>
public sealed class BracketBook
{
    /// <summary>True while something is open, under way or in doubt: then time must be told.</summary>
    public bool IsBusy { get; }
}
