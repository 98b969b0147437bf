package civic

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWordsThatAreSaidAlikeSoundAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{{"lam", "nam", true}, {"son", "xon", true}, {"tran", "chan", true}, {"giang", "dang", true}, {"rung", "dung", true}, {"van", "dan", true},
		{"lan", "lang", true}, {"phat", "phac", true}, {"ly", "li", true}, {"nhan", "lan", false}, {"nga", "la", false}, {"bach", "bat", false},
		{"tan", "chan", false}, {"hoa", "hao", false}, {"n", "l", false}, {"gi", "d", false}} {
		require.Equal(t, c.same, Sound(c.a) == Sound(c.b), c.a+" "+c.b)
	}
}
