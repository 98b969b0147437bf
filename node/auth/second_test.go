package auth

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

const hungsKey = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

// withSecond is a bench on which Hùng, a supervisor, has a second factor.
func withSecond(t *testing.T) *bench {
	b := newBench(t)
	o := b.stored(hung)
	o.Second = &civic.SecondFactor{Secret: hungsKey, Recovery: []string{digestOf("AAAABBBBCCCCDDDD"), digestOf("EEEEFFFFGGGGHHHH")}}
	b.change(t, o)
	return b
}

// phone is what Hùng's phone shows.
func (b *bench) phone(t *testing.T) string {
	code, err := CodeAt(hungsKey, b.clock())
	require.NoError(t, err)
	return code
}

func (b *bench) enters(t *testing.T, user, password, code string) (string, Session, string) {
	t.Helper()
	token, s, err := b.SignIn(t.Context(), user, password, code, "10.0.0.7")
	return token, s, errorCode(err)
}

func errorCode(err error) string {
	if err == nil {
		return ""
	}
	return command.AsError(err).Code
}

func TestARightPasswordAloneOpensNothingWhereASecondFactorIsSetUp(t *testing.T) {
	b := withSecond(t)
	_, _, code := b.enters(t, hung, hungsPw, "")
	require.Equal(t, "second_required", code)
	_, _, code = b.enters(t, hung, "một mật khẩu sai", b.phone(t))
	require.Equal(t, "bad_credentials", code, "which half was wrong is not said")
	_, _, code = b.enters(t, hung, hungsPw, "000000")
	require.Equal(t, "bad_second", code)
	_, s, code := b.enters(t, hung, hungsPw, b.phone(t))
	require.Empty(t, code)
	require.Empty(t, s.Must)
	require.True(t, May(s, Resolve))
	require.Empty(t, s.Officer.Second.Secret, "a session carries no secret")
}

func TestAStepServesOnce(t *testing.T) {
	for name, cut := range map[string]bool{"agreed": false, "cut off": true} {
		t.Run(name, func(t *testing.T) {
			b := withSecond(t)
			if cut {
				b.disconnect()
			}
			shown := b.phone(t)
			_, _, code := b.enters(t, hung, hungsPw, shown)
			require.Empty(t, code)
			_, _, code = b.enters(t, hung, hungsPw, shown)
			require.Equal(t, "code_used", code)
			b.pass(30 * time.Second) // still accepted as the step before, if it had not been used
			_, _, code = b.enters(t, hung, hungsPw, shown)
			require.Equal(t, "code_used", code)
			_, _, code = b.enters(t, hung, hungsPw, b.phone(t))
			require.Empty(t, code, "the next one")
		})
	}
}

func TestAStepServesOnceEvenWhereNothingCanBeKept(t *testing.T) {
	b := withSecond(t)
	b.full = true
	shown := b.phone(t)
	_, _, code := b.enters(t, hung, hungsPw, shown)
	require.Empty(t, code)
	_, _, code = b.enters(t, hung, hungsPw, shown)
	require.Equal(t, "code_used", code)
}

func TestAStepUsedOnAnotherMachineIsRefusedHere(t *testing.T) {
	b := withSecond(t)
	o := b.stored(hung)
	o.Second.Last = b.clock().Unix() / 30
	b.change(t, o)
	_, _, code := b.enters(t, hung, hungsPw, b.phone(t))
	require.Equal(t, "code_used", code)
}

func TestOfManyAtOnceWithOneCodeOneIsLetIn(t *testing.T) {
	b := withSecond(t)
	shown := b.phone(t)
	var mu sync.Mutex
	in := 0
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, _, err := b.SignIn(t.Context(), hung, hungsPw, shown, "10.0.9."+string(rune('1'+i)))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			}
		})
	}
	wg.Wait()
	require.Equal(t, 1, in)
}

func TestTheStepBeforeIsAcceptedAndNoneOlder(t *testing.T) {
	b := withSecond(t)
	shown := b.phone(t)
	b.pass(30 * time.Second)
	_, _, code := b.enters(t, hung, hungsPw, shown)
	require.Empty(t, code)
	b = withSecond(t)
	shown = b.phone(t)
	b.pass(60 * time.Second)
	_, _, code = b.enters(t, hung, hungsPw, shown)
	require.Equal(t, "bad_second", code)
}

func TestARecoveryCodeServesOnceHoweverItIsTyped(t *testing.T) {
	for name, cut := range map[string]bool{"agreed": false, "cut off": true} {
		t.Run(name, func(t *testing.T) {
			b := withSecond(t)
			if cut {
				b.disconnect()
			}
			_, _, code := b.enters(t, hung, hungsPw, "aaaa-bbbb cccc-dddd")
			require.Empty(t, code)
			_, s, code := b.enters(t, hung, hungsPw, "AAAABBBBCCCCDDDD")
			require.Equal(t, "bad_second", code)
			require.Empty(t, s)
			o, _ := b.Auth.officer(officerID(2))
			require.Len(t, o.Second.Recovery, 1)
		})
	}
}

func TestACodeOnPaperThatCannotBeCrossedOutIsNotTaken(t *testing.T) {
	b := withSecond(t)
	b.full = true
	_, _, code := b.enters(t, hung, hungsPw, "AAAA-BBBB-CCCC-DDDD")
	require.Equal(t, "disk_full", code)
	b.full = false
	_, _, code = b.enters(t, hung, hungsPw, "AAAA-BBBB-CCCC-DDDD")
	require.Empty(t, code)
}

func TestTheSecondStepNeedsNoPasswordAgainAndNotForLong(t *testing.T) {
	b := withSecond(t)
	ticketOf := func() string {
		_, _, err := b.SignIn(t.Context(), hung, hungsPw, "", "10.0.0.7")
		var more *SecondRequired
		require.True(t, errors.As(err, &more))
		return more.Ticket
	}
	ticket := ticketOf()
	token, s, err := b.Second(t.Context(), ticket, b.phone(t), "10.0.0.7")
	require.NoError(t, err)
	require.Equal(t, hung, s.Officer.User)
	_, ok := b.Check(token)
	require.True(t, ok)
	_, _, err = b.Second(t.Context(), ticket, b.phone(t), "10.0.0.7")
	require.Equal(t, "ticket_over", errorCode(err), "a ticket serves once")

	ticket = ticketOf()
	b.pass(5 * time.Minute)
	_, _, err = b.Second(t.Context(), ticket, b.phone(t), "10.0.0.7")
	require.Equal(t, "ticket_over", errorCode(err))

	ticket = ticketOf()
	for range 5 {
		_, _, err = b.Second(t.Context(), ticket, "000000", "10.0.0.7")
		require.Contains(t, []string{"bad_second", "slow_down"}, errorCode(err))
	}
	b.pass(time.Minute)
	_, _, err = b.Second(t.Context(), ticket, b.phone(t), "10.0.0.7")
	require.Equal(t, "ticket_over", errorCode(err), "nobody guesses on")

	ticket = ticketOf()
	o := b.stored(hung)
	o.Hash = hashOf(t, trangsPw)
	b.change(t, o)
	_, _, err = b.Second(t.Context(), ticket, b.phone(t), "10.0.0.7")
	require.Equal(t, "bad_credentials", errorCode(err), "the password was changed between the steps")
}

func TestGuessedCodesSlowDownLikeGuessedPasswords(t *testing.T) {
	b := withSecond(t)
	for range 3 {
		_, _, code := b.enters(t, hung, hungsPw, "000000")
		require.Equal(t, "bad_second", code)
	}
	_, _, code := b.enters(t, hung, hungsPw, b.phone(t))
	require.Equal(t, "slow_down", code)
}

func TestWhoNeedsASecondFactorSetsItUpBeforeAnythingElse(t *testing.T) {
	b := newBench(t)
	token, s, code := b.enters(t, hung, hungsPw, "")
	require.Empty(t, code)
	require.Equal(t, MustSecond, s.Must)
	for _, act := range Acts(civic.RoleSupervisor) {
		require.False(t, May(s, act), act)
	}
	require.True(t, May(s, OwnAccount))
	require.Equal(t, "second_setup", MayAsk(s, civic.KindVisitRecord).Code)

	setup, err := b.BeginSecond(t.Context(), token, "", "10.0.0.7")
	require.NoError(t, err)
	require.Contains(t, setup.URL, "otpauth://totp/gocua:"+hung)
	again, ok := b.PendingSecond(token)
	require.True(t, ok)
	require.Equal(t, setup, again)
	_, _, _, err = b.FinishSecond(t.Context(), token, "000000")
	require.Equal(t, "bad_second", errorCode(err))
	shown, err := CodeAt(setup.Secret, b.clock())
	require.NoError(t, err)
	fresh, s, recovery, err := b.FinishSecond(t.Context(), token, shown)
	require.NoError(t, err)
	require.Empty(t, s.Must)
	require.True(t, May(s, Resolve))
	require.Len(t, recovery, 10)
	_, ok = b.Check(token)
	require.False(t, ok, "the token is a new one")
	_, ok = b.Check(fresh)
	require.True(t, ok)

	_, _, code = b.enters(t, hung, hungsPw, shown)
	require.Equal(t, "code_used", code, "the code that set it up")
	_, _, code = b.enters(t, hung, hungsPw, recovery[7])
	require.Empty(t, code)
	_, err = b.BeginSecond(t.Context(), fresh, "sai mật khẩu rồi", "10.0.0.7")
	require.Equal(t, "bad_credentials", errorCode(err), "replacing one takes the password")
	require.Equal(t, "second_needed", errorCode(b.DropSecond(t.Context(), fresh, hungsPw, "10.0.0.7")))
}

func TestWhichRolesNeedASecondFactorIsAgreedOn(t *testing.T) {
	b := newBench(t)
	b.reg.put(t, civic.TypeSetting, civic.SettingSecondRoles, civic.Setting{Key: civic.SettingSecondRoles, Value: []byte(`["officer"]`)})
	_, s, _ := b.enters(t, hung, hungsPw, "")
	require.Empty(t, s.Must)
	_, s, _ = b.enters(t, trang, trangsPw, "")
	require.Equal(t, MustSecond, s.Must)
}

func TestAMachineAloneForTooLongLetsNobodyInWithoutACodeFromHere(t *testing.T) {
	b := newBench(t)
	b.pass(30 * 24 * time.Hour)
	_, _, code := b.enters(t, trang, trangsPw, "")
	require.Empty(t, code)
	b.pass(time.Hour)
	_, _, code = b.enters(t, trang, trangsPw, "")
	require.Equal(t, "lease_over", code)
	once, _, err := b.ConsoleCode(t.Context(), trang, civic.LostPassword)
	require.NoError(t, err)
	_, s, code := b.enters(t, trang, once, "")
	require.Empty(t, code)
	require.Equal(t, MustPassword, s.Must)
}
