package peer

import (
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// from is a connection from an address, of which only that matters.
type from struct {
	net.Conn
	addr string
	cut  bool
}

func (f *from) RemoteAddr() net.Addr { return address(f.addr) }
func (f *from) Close() error         { f.cut = true; return nil }

// TestOneWhoKnocksWithoutEndPushesOutNobodyElse: a ward on a slow line is in the
// middle of saying who it is while somebody opens connections faster than that.
func TestOneWhoKnocksWithoutEndPushesOutNobodyElse(t *testing.T) {
	t.Parallel()
	c := newCrowd()
	arrive := func(addr string) *from {
		f := &from{addr: addr}
		c.enter(newWire(f, func() {}), "arriving", maxArriving)
		return f
	}
	ward := arrive("10.0.0.9:40001")
	six := arrive("[2001:db8::9]:40001")
	var knocks []*from
	for i := range 1000 {
		knocks = append(knocks, arrive(fmt.Sprintf("10.0.0.66:%d", i+1000)))
		knocks = append(knocks, arrive(fmt.Sprintf("[2001:db8:0:66::%x]:1000", i)))
	}
	require.False(t, ward.cut, "the ward is hung up on")
	require.False(t, six.cut)
	require.True(t, knocks[0].cut, "who knocks loses their own")
	require.Len(t, c.groups["arriving"], maxArriving)
}
