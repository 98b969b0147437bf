//go:build (chaos || soak) && linux

package nodetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// image is a disk of its own: an ext4 file system in a file, mounted. What has
// been written to it and not synced is in the memory of the kernel and not in
// the file; so a copy of the file is what a power cut would leave behind.
type image struct {
	t     *testing.T
	file  string
	mount string
}

// imageSize is sparse; a machine wants some room on its disk.
const imageSize = "640M"

// mayMount reports whether this machine lets us make disks. Where it does not,
// the test says so loudly and shows nothing.
func mayMount(t *testing.T) bool {
	im := &image{t: t, file: filepath.Join(t.TempDir(), "probe"), mount: t.TempDir()}
	err := im.command("truncate", "-s", "16M", im.file)
	if err == nil {
		err = im.command("mkfs.ext4", "-q", "-F", im.file)
	}
	if err == nil {
		err = im.command("mount", "-o", "loop", im.file, im.mount)
	}
	if err == nil {
		err = im.command("umount", im.mount)
	}
	if err != nil {
		text := fmt.Sprintf("!!!!!! %s WAS NOT RUN: it needs root, mkfs.ext4 and a loop device: %v !!!!!!", t.Name(), err)
		fmt.Fprintln(os.Stderr, text)
		t.Log(text)
	}
	return err == nil
}

func newImage(t *testing.T) *image {
	t.Helper()
	im := &image{t: t, file: filepath.Join(t.TempDir(), "disk")}
	require.NoError(t, im.command("truncate", "-s", imageSize, im.file))
	require.NoError(t, im.command("mkfs.ext4", "-q", "-F", "-m", "0", im.file))
	return im.plugIn()
}

// plugIn mounts the disk; if there was a power cut the file system replays its
// own journal.
func (im *image) plugIn() *image {
	im.t.Helper()
	im.mount = im.t.TempDir()
	require.NoError(im.t, im.command("mount", "-o", "loop", im.file, im.mount))
	im.t.Cleanup(im.pullOut)
	return im
}

// afterPowerCut is the disk as it would be if the power failed now.
func (im *image) afterPowerCut() *image {
	im.t.Helper()
	left := &image{t: im.t, file: filepath.Join(im.t.TempDir(), "disk")}
	require.NoError(im.t, im.command("cp", "--sparse=always", im.file, left.file))
	return left
}

// pullOut unmounts the disk and throws it away; nobody may use it any more.
func (im *image) pullOut() {
	if im.mount == "" {
		return
	}
	require.NoError(im.t, im.command("umount", "--lazy", im.mount))
	require.NoError(im.t, os.Remove(im.file))
	im.mount = ""
}

func (im *image) command(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}
