package peer

import (
	"context"
	"crypto/x509"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestACutKillsWhatIsOpenAndStopsWhatIsNew(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]Mode{"drop": Drop, "refuse": Refuse} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			district, ward := pair(t)
			district.Serve(Calls, http.HandlerFunc(whoami))
			ward.Serve(Calls, http.HandlerFunc(whoami))
			down, up := district.Client(Calls, Expect{}), ward.Client(Calls, Expect{})
			out, in := connect(t, ward.Stream(), district.Stream())
			for _, err := range []error{second(get(up, district.Addr())), second(get(down, ward.Addr()))} {
				require.NoError(t, err)
			}

			ward.cfg.Link.Set(ToPeers, false, mode)
			require.False(t, ward.cfg.Link.Up(ToPeers))
			_, err := out.Write([]byte("x"))
			require.Error(t, err, "in force when Set returns")
			_, err = in.Read(make([]byte, 1))
			require.Error(t, err)
			for _, dial := range []func(context.Context) error{
				func(ctx context.Context) error { return call(ctx, up, district.Addr()) },
				func(ctx context.Context) error { return call(ctx, down, ward.Addr()) },
			} {
				ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
				err := dial(ctx)
				timedOut := ctx.Err() != nil
				cancel()
				require.Error(t, err)
				require.Equal(t, mode == Drop, timedOut, "a dropping link hangs, a refusing one does not: %v", err)
			}

			ward.cfg.Link.Set(ToPeers, true, mode)
			require.NoError(t, second(get(up, district.Addr())))
			require.NoError(t, second(get(down, ward.Addr())))
		})
	}
}

func second[T any](_ T, err error) error { return err }

func call(ctx context.Context, c *http.Client, addr string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+addr+"/", nil)
	if err != nil {
		return err
	}
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

func TestADialThatHangsOnACutLineGoesOnWhenItHeals(t *testing.T) {
	t.Parallel()
	district, ward := pair(t)
	layer, from := district.Stream(), ward.Stream()
	for name, cut := range map[string]*Listener{"our side": ward, "the other side": district} {
		t.Run(name, func(t *testing.T) {
			cut.cfg.Link.Set(ToPeers, false, Drop)
			dialled := make(chan error, 1)
			go func() {
				for { // as raft does: dial again until it works
					c, err := from.Dial("", layer.Addr().String(), 5*time.Second)
					if err == nil {
						dialled <- c.Close()
						return
					}
				}
			}()
			select {
			case err := <-dialled:
				require.Fail(t, "came through a cut line", "%v", err)
			case <-time.After(100 * time.Millisecond):
			}
			cut.cfg.Link.Set(ToPeers, true, Drop)
			in, err := layer.Accept()
			require.NoError(t, err)
			in.Close()
			select {
			case <-dialled:
			case <-time.After(2 * time.Second):
				require.Fail(t, "the dial still hangs")
			}
		})
	}
}

func TestWhoComesInOverADroppingLineGetsNoByte(t *testing.T) {
	t.Parallel()
	district, ward := pair(t)
	district.Stream()
	district.cfg.Link.Set(ToPeers, false, Drop)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := ward.dial(ctx, Raft, district.Addr(), Expect{})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Zero(t, ward.Traffic(Raft).In)
	require.Zero(t, district.Traffic(Raft))
}

func TestTheTwoLinesAreCutApart(t *testing.T) {
	t.Parallel()
	cg, hn := newCA(t, "01CG"), newCA(t, "01")
	roots := func(cluster string) *x509.Certificate {
		return map[string]*x509.Certificate{"01": hn.Root, "01CG": cg.Root}[cluster]
	}
	province := listen(t, Config{Identity: identity(t, hn, "tinh"), Roots: roots})
	province.Serve(Upstream, http.HandlerFunc(whoami))
	district := listen(t, Config{Identity: identity(t, cg, "quan"), Roots: roots, Link: &Link{}})
	ward := listen(t, Config{Identity: identity(t, cg, "phuong-1")})
	ward.Serve(Calls, http.HandlerFunc(whoami))
	toProvince, toWard := district.Client(Upstream, Expect{Cluster: "01"}), district.Client(Calls, Expect{})

	for _, c := range []struct{ peers, upstream bool }{{true, true}, {true, false}, {false, true}, {false, false}, {true, true}} {
		district.cfg.Link.Set(ToPeers, c.peers, Refuse)
		district.cfg.Link.Set(ToProvince, c.upstream, Refuse)
		require.Equal(t, c.peers, second(get(toWard, ward.Addr())) == nil, "%+v", c)
		require.Equal(t, c.upstream, second(get(toProvince, province.Addr())) == nil, "%+v", c)
	}
}

func TestAThrottledLineCarriesItsRateForAllItsConnections(t *testing.T) {
	t.Parallel()
	district, ward := pair(t)
	from, to := ward.Stream(), district.Stream()
	done := make(chan error, 2)
	district.cfg.Link.Throttle(ToPeers, 100_000)
	began := time.Now()
	for range 2 {
		out, in := connect(t, from, to)
		go func() {
			_, err := out.Write(noise(40_000))
			if err == nil {
				_, err = io.ReadFull(out, make([]byte, 1))
			}
			done <- err
		}()
		go func() {
			_, _ = io.ReadFull(in, make([]byte, 40_000))
			_, _ = in.Write([]byte("."))
		}()
	}
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	require.Greater(t, time.Since(began), 700*time.Millisecond)
	require.Less(t, time.Since(began), 3*time.Second)
}
