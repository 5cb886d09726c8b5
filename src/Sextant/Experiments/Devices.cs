using System.Globalization;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>Devices by name: cpu, cuda, cuda:1.</summary>
public static class Devices
{
    /// <exception cref="UserError">No such name, or no such device here.</exception>
    public static torch.Device Parse(string name)
    {
        string[] parts = name.Trim().ToLowerInvariant().Split(':');
        if (parts is ["cpu"])
        {
            return torch.CPU;
        }

        int index = 0;
        if (parts is not (["cuda"] or ["cuda", _]) || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
        {
            throw new UserError($"--device {name}: there is no such device; choose cpu, cuda or cuda:N.");
        }

        if (!IsCudaAvailable())
        {
            throw new UserError($"--device {name}: there is no usable NVIDIA GPU here, or Sextant was built for the processor only (build with -p:Libtorch=cuda, see docs/install.md); leave --device out to train on the processor.");
        }

        return index < torch.cuda.device_count()
            ? torch.device(DeviceType.CUDA, index)
            : throw new UserError($"--device {name}: this machine has {torch.cuda.device_count()} GPU(s), numbered from 0; choose one of them.");
    }

    private static bool IsCudaAvailable()
    {
        try
        {
            return torch.TryInitializeDeviceType(DeviceType.CUDA) && torch.cuda.is_available();
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or TypeInitializationException)
        {
            return false; // the CPU build of libtorch has no CUDA part to load
        }
    }
}
