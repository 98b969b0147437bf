package audit

import (
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/frame"
)

// stood is a frame of a look and the file it stands in.
type stood struct {
	frame.Frame
	file uint64
}

// state is a whole journal in memory, to be altered.
type state struct {
	files  map[uint64][]byte
	frames []stood
}

func read(t require.TestingT, dir string) *state {
	s := &state{files: map[uint64][]byte{}}
	for _, first := range must(segments(dir)) {
		b, err := os.ReadFile(segmentPath(dir, first))
		require.NoError(t, err)
		s.files[first] = b
		frames, holes := layout.Scan(b)
		require.Empty(t, holes)
		for _, f := range frames {
			if f.Kind == kindLook {
				s.frames = append(s.frames, stood{f, first})
			}
		}
	}
	return s
}

func (s *state) write(t require.TestingT, dir string) {
	for first, b := range s.files {
		require.NoError(t, os.WriteFile(segmentPath(dir, first), b, 0o600))
	}
}

func (s *state) flip(file uint64, at int) {
	b := append([]byte{}, s.files[file]...)
	b[at] ^= 4
	s.files[file] = b
}

// splice replaces a stretch of a file.
func (s *state) splice(file uint64, from, to int64, with []byte) {
	b := s.files[file]
	s.files[file] = append(append(append([]byte{}, b[:from]...), with...), b[to:]...)
}

// alter changes the journal in one way and returns what it is called and the
// look that must be named first.
func (s *state) alter(rng *rand.Rand, way int) (string, uint64) {
	k := rng.IntN(len(s.frames))
	f := s.frames[k]
	switch way % 6 {
	case 0:
		s.flip(f.file, int(f.At)+rng.IntN(len(f.Raw)))
		return "a bit flipped", f.Seq
	case 1:
		s.splice(f.file, f.At, f.End(), nil)
		return "a record dropped", f.Seq
	case 2:
		other := s.frames[(k+1+rng.IntN(len(s.frames)-1))%len(s.frames)]
		s.splice(f.file, f.At, f.At, other.Raw)
		return "a record inserted", f.Seq
	case 3:
		at := k
		for at == k || s.frames[at].file != f.file { // every file has two or more
			at = rng.IntN(len(s.frames))
		}
		a, b := s.frames[min(k, at)], s.frames[max(k, at)]
		s.splice(b.file, b.At, b.End(), a.Raw)
		s.splice(a.file, a.At, a.End(), b.Raw)
		return "two records swapped", a.Seq
	case 4: // this file and all behind it
		for first := range s.files {
			if first > f.file {
				s.files[first] = nil
			}
		}
		s.files[f.file] = s.files[f.file][:f.At]
		return "the end cut off", f.Seq
	}
	s.files[f.file] = s.files[f.file][:f.At+int64(rng.IntN(len(f.Raw)))]
	return "a file cut off", f.Seq
}

func tamper(t *testing.T, rounds int, seed uint64) {
	dir := t.TempDir()
	j := open(t, configOf(dir))
	for i := range 6 {
		written(t, j, 10*i, 8)
	}
	require.NoError(t, j.Close())
	require.Empty(t, checked(t, dir).Faults)
	rng, found := rand.New(rand.NewPCG(seed, 9)), map[string]int{}
	for i := range rounds {
		s := read(t, dir)
		kept := map[uint64][]byte{}
		for first, b := range s.files {
			kept[first] = b
		}
		what, seq := s.alter(rng, i)
		for first, b := range s.files {
			if b == nil {
				require.NoError(t, os.Remove(segmentPath(dir, first)))
				delete(s.files, first)
			}
		}
		s.write(t, dir)
		faults := checked(t, dir).Faults
		require.NotEmpty(t, faults, "seed %d, round %d: %s at %d was not found", seed, i, what, seq)
		require.Equal(t, seq, faults[0].Seq, "seed %d, round %d: %s: %v", seed, i, what, faults)
		found[what]++
		s.files = kept
		s.write(t, dir)
	}
	require.Empty(t, checked(t, dir).Faults)
	t.Logf("seed %d: %d alterations of a journal in %d segments, all found with their place: %v", seed, rounds, len(must(segments(dir))), found)
}

func TestWhateverIsAlteredInTheJournalOfLooksIsFoundAndNamed(t *testing.T) { tamper(t, 300, 1) }
