package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"gocua/store/civic"
	"gocua/store/command"
)

const (
	defaultOfflineDays = 30
	stepSeconds        = 30
	recoveryCodes      = 10
)

// secondRoles are the roles that must have a second factor (lớp bảo vệ thứ hai).
func secondRoles(v command.View) []civic.Role {
	if roles, ok := civic.LoadSetting[[]civic.Role](v, civic.SettingSecondRoles); ok {
		return roles
	}
	return civic.SecondRoles()
}

// NeedsSecond reports whether a role must have a second factor.
func (a *Auth) NeedsSecond(r civic.Role) (needs bool) {
	a.Read(func(v command.View) { needs = slices.Contains(secondRoles(v), r) })
	return needs
}

// second checks the code and notes in use what of it is used up.
func (a *Auth) second(ctx context.Context, p proof, code string, use *civic.ChangeSelf) (once bool, err error) {
	o := p.officer
	if code == "" {
		return false, &SecondRequired{Ticket: a.tickets.give(p, a.Clock())}
	}
	if step := stepOf(o.Second.Secret, code, a.Clock().Unix()); step > 0 {
		if step <= o.Second.Last {
			return false, errCodeUsed
		}
		use.Step = step
		return false, nil
	}
	if digest := digestOf(spelled(code)); slices.Contains(o.Second.Recovery, digest) {
		use.Used = digest
		return false, nil
	}
	once, err = a.isOnce(ctx, o, civic.LostSecond, code)
	if once {
		use.Spent = o.Once.By
	}
	if err == nil && !once {
		err = errBadCode
	}
	return once, err
}

// isOnce reports whether a text is the one-time code the officer was given for
// what was lost, and it is still good.
func (a *Auth) isOnce(ctx context.Context, o civic.Officer, lost, code string) (bool, error) {
	if o.Once == nil || o.Once.Lost != lost || a.Clock().UnixMilli() >= o.Once.Until {
		return false, nil
	}
	return a.check(ctx, o.Once.Hash, spelled(code))
}

// use marks what was used as used: here at once, and everywhere once it is
// agreed. A code on paper that cannot be crossed out is not taken; a step of the
// phone passes by itself.
func (a *Auth) use(ctx context.Context, o civic.Officer, use civic.ChangeSelf) error {
	if use.Step == 0 && use.Used == "" && use.Spent.IsZero() {
		return nil
	}
	if !a.used.take(o.ID, use) {
		return errCodeUsed
	}
	err := a.capture(ctx, o, civic.KindOfficerSelf, use, 0)
	if err != nil && use.Used == "" && use.Spent.IsZero() {
		a.Log.Warn("a used code is known on this machine only", "officer", o.ID.String(), "error", err)
		return nil
	}
	if err != nil {
		a.used.giveBack(o.ID, use)
	}
	return err
}

// CodeAt is what a phone shows for a secret at a time: for programs that stand in
// for one, such as tests.
func CodeAt(secret string, at time.Time) (string, error) {
	return hotp.GenerateCodeCustom(secret, uint64(at.Unix()/stepSeconds), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// NewSecret draws the secret of a second factor.
func NewSecret() string {
	var raw [20]byte
	_, _ = rand.Read(raw[:]) // without a random source the program ends
	return base32.StdEncoding.EncodeToString(raw[:])
}

// stepOf is the step whose code this is: the present one or the one before, for
// typing takes time; 0: neither.
func stepOf(secret, code string, now int64) int64 {
	code = strings.ReplaceAll(code, " ", "")
	for _, step := range []int64{now / stepSeconds, now/stepSeconds - 1} {
		ok, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if ok && err == nil {
			return step
		}
	}
	return 0
}

// used remembers what was used on this machine, until it is agreed and beyond.
type used struct {
	mu    sync.Mutex
	steps map[command.ID]int64
	codes map[string]bool // only right ones come in, so officers bound it
}

func newUsed() *used { return &used{steps: map[command.ID]int64{}, codes: map[string]bool{}} }

func keysOf(id command.ID, use civic.ChangeSelf) (keys []string) {
	if use.Used != "" {
		keys = append(keys, id.String()+use.Used)
	}
	if !use.Spent.IsZero() {
		keys = append(keys, use.Spent.String())
	}
	return keys
}

// take takes all of it, or nothing if any was used before.
func (u *used) take(id command.ID, use civic.ChangeSelf) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	keys := keysOf(id, use)
	if use.Step > 0 && use.Step <= u.steps[id] || slices.ContainsFunc(keys, func(k string) bool { return u.codes[k] }) {
		return false
	}
	u.steps[id] = max(u.steps[id], use.Step)
	for _, k := range keys {
		u.codes[k] = true
	}
	return true
}

// giveBack makes codes good again that could not be marked as used.
func (u *used) giveBack(id command.ID, use civic.ChangeSelf) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, k := range keysOf(id, use) {
		delete(u.codes, k)
	}
}

// drawCode draws a code of some letters for people to type, in groups of four.
func drawCode(letters int) string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // without a random source the program ends
	text := base32.StdEncoding.EncodeToString(b[:])[:letters]
	var parts []string
	for i := 0; i < letters; i += 4 {
		parts = append(parts, text[i:i+4])
	}
	return strings.Join(parts, "-")
}

// spelled is a code as it was drawn, however it was typed.
func spelled(code string) string {
	return strings.NewReplacer("-", "", " ", "", "0", "O", "1", "I", "8", "B").Replace(strings.ToUpper(code))
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
