using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Tapewire.Bridge.Server;

/// <summary>The executor's own memory. One process at a time.</summary>
public interface IStore
{
    /// <summary>Everything whose <see cref="Append"/> ever ended well, in order. Called once, before anything else.</summary>
    Task<IReadOnlyList<LedgerRecord>> Load();

    /// <summary>Ends when the record will survive a power cut. When it throws, the record may or may not be there.</summary>
    /// <exception cref="System.IO.IOException">The disk does not take it.</exception>
    Task Append(LedgerRecord record);

    /// <summary>Puts these in the place of all others: after a crash the old ones are there or the new ones, never a mix.</summary>
    Task Compact(IReadOnlyList<LedgerRecord> records);
}

/// <summary>The file is not what this program wrote. Nothing is guessed from half a memory: a person must look.</summary>
public sealed class StoreDamagedException : Exception
{
    public StoreDamagedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
