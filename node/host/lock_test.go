package host

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADirectoryIsForOneProcess(t *testing.T) {
	dir := t.TempDir()
	mine, err := Hold(dir)
	require.NoError(t, err)
	_, err = Hold(dir)
	var busy *BusyError
	require.ErrorAs(t, err, &busy)
	require.Equal(t, BusyError{Dir: dir, PID: os.Getpid()}, *busy)
	require.Contains(t, err.Error(), fmt.Sprintf("process %d holds %s", os.Getpid(), dir))
	require.NoError(t, mine.Release())
	again, err := Hold(dir)
	require.NoError(t, err)
	require.NoError(t, again.Release())
}

// holdFor makes this test the other process.
const holdFor = "HOST_TEST_HOLD"

func TestALockEndsWithTheProcessHoweverThatEnds(t *testing.T) {
	if dir := os.Getenv(holdFor); dir != "" {
		_, err := Hold(dir)
		require.NoError(t, err)
		fmt.Println("held")
		select {}
	}
	dir := t.TempDir()
	other := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	other.Env = append(os.Environ(), holdFor+"="+dir)
	out, err := other.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, other.Start())
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)

	_, err = Hold(dir)
	var busy *BusyError
	require.ErrorAs(t, err, &busy)
	require.Equal(t, other.Process.Pid, busy.PID)

	require.NoError(t, other.Process.Kill())
	require.Error(t, other.Wait())
	mine, err := Hold(dir)
	require.NoError(t, err)
	require.NoError(t, mine.Release())
}

func TestADirectoryThatIsNotThereIsNamed(t *testing.T) {
	_, err := Hold(t.TempDir() + "/none")
	require.ErrorIs(t, err, os.ErrNotExist)
}
