package host

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheSpeedOfADiskIsTriedWithoutATrace(t *testing.T) {
	dir := t.TempDir()
	d, err := SyncTime(dir)
	require.NoError(t, err)
	require.Positive(t, d)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	_, err = SyncTime(dir + "/none")
	require.ErrorIs(t, err, os.ErrNotExist)
}

const vietnamesePowercfg = `GUID Lược đồ Nguồn: 381b4222-f694-41f0-9685-ff5bb260df2e  (Cân bằng)
  GUID Nhóm phụ: 238c9fa8-0aad-41ed-83f4-97be242c8f20  (Ngủ)
    GUID Cài đặt Nguồn: 29f6c1db-86da-48c5-9fdb-f2b67b1f44da  (Ngủ sau)
      Cài đặt Tối thiểu Có thể: 0x00000000
      Cài đặt Tối đa Có thể: 0xffffffff
      Mức tăng Cài đặt Có thể: 0x00000001
    Chỉ mục Cài đặt Nguồn AC Hiện tại: 0x00000708
    Chỉ mục Cài đặt Nguồn DC Hiện tại: 0x00000384
`

const neverPowercfg = `    Possible Settings units: Seconds
    Current AC Power Setting Index: 0x00000000
    Current DC Power Setting Index: 0x00000384
`

func TestWhetherAComputerSleepsIsReadInWhateverLanguageItSays(t *testing.T) {
	may, never, unknown := Sleeps{true, true}, Sleeps{false, true}, Sleeps{}
	require.Equal(t, may, standby(vietnamesePowercfg))
	require.Equal(t, never, standby(neverPowercfg), "on battery it may")
	require.Equal(t, unknown, standby("Access is denied.\r\n"))
	require.Equal(t, never, masked("masked\nmasked\n"))
	require.Equal(t, may, masked("masked\nstatic\n"))
	require.Equal(t, unknown, masked(""))
}
