package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"gocua/store/command"
)

// Length of a password, in characters.
const (
	minPassword = 12
	maxPassword = 128
)

// What new hashes cost: 19 MiB and about 20 ms on an old PC, the least OWASP
// advises. Existing hashes say themselves what they cost.
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	saltLen   = 16
	keyLen    = 32
)

// hash is a parsed PHC string.
type hash struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
	salt   []byte
	key    []byte
}

// nobody is what a password is compared with when there is no such officer, so
// that the answer takes as long. No password belongs to it: the key was drawn
// at random, not derived.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$UEKy6AT2awjTAYRmFV71ww$tvCb9t4qRxqXZcLcXyZExugmA1ENlo5H9fG4IazwFWY"

// HashPassword derives what the register keeps of a password: an argon2id hash
// in PHC form. It takes 19 MiB for about 20 ms; code that serves requests calls
// Auth.HashPassword, which bounds how many do so at once. It does not ask
// whether the password is a good one; CheckNewPassword does.
func HashPassword(password string) (string, error) {
	salt := make([]byte, saltLen)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("hashing a password: %w", err)
	}
	h := hash{memory: memoryKiB, passes: passes, lanes: lanes, salt: salt}
	h.key = h.derive(password, keyLen)
	return h.String(), nil
}

// CheckPassword reports whether the password is the one the hash was made of. A
// hash that cannot be read, or that would cost more than 64 MiB, matches nothing.
func CheckPassword(phc, password string) bool {
	h, err := parseHash(phc)
	return err == nil && subtle.ConstantTimeCompare(h.derive(password, len(h.key)), h.key) == 1
}

// NeedsRehash reports whether a hash costs less than those made today, so that
// it should be made again when its password is next known.
func NeedsRehash(phc string) bool {
	h, err := parseHash(phc)
	return err != nil || h.memory < memoryKiB || h.passes < passes || len(h.key) < keyLen
}

// CheckNewPassword says what is wrong with a password somebody wants to set,
// or nil. Any character may be in it; length is what counts. names are those of
// the officer's unit, which everybody around knows.
func CheckNewPassword(user, password string, names ...string) *command.Error {
	password = norm.NFC.String(password)
	lower, user := strings.ToLower(password), strings.ToLower(strings.TrimSpace(user))
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return command.InvalidField("/password", "password_text", "the password is not valid text")
	case n < minPassword:
		return command.InvalidField("/password", "password_short", "a password has at least %d characters", minPassword)
	case n > maxPassword:
		return command.InvalidField("/password", "password_long", "a password has at most %d characters", maxPassword)
	case user != "" && strings.Contains(lower, user):
		return command.InvalidField("/password", "password_user", "the password contains the user name")
	case named(password, names):
		return command.InvalidField("/password", "password_name", "the password contains the name of the unit or of the program")
	case common(password):
		return command.InvalidField("/password", "password_common", "this password is among the first anybody would try")
	case distinct(lower) < 5 || slices.ContainsFunc(guessedFirst, func(g string) bool { return strings.HasPrefix(lower, g) }):
		return command.InvalidField("/password", "password_common", "this password is among the first anybody would try")
	}
	return nil
}

// guessedFirst begins the passwords of 12 characters and more that lists of
// stolen ones are full of, here and elsewhere.
var guessedFirst = []string{
	"123456789", "987654321", "012345678", "qwertyuiop", "1q2w3e4r5t", "1qaz2wsx3e",
	"asdfghjkl", "abcdefghij", "password", "matkhau", "matkhẩu", "mật khẩu", "administrator", "vietnam",
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// derive computes the key of a password. The password is brought to NFC first:
// the same keys pressed on a Mac and on a PC must be the same password.
func (h hash) derive(password string, size int) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), h.salt, h.passes, h.memory, h.lanes, uint32(size))
}

func (h hash) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.lanes,
		b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}

// parseHash reads a PHC string. Hashes come out of replicated records, so what
// they may cost this machine is bounded.
func parseHash(phc string) (h hash, err error) {
	bad := fmt.Errorf("not an argon2id hash in PHC form")
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return h, bad
	}
	costs := strings.Split(parts[3], ",")
	if len(costs) != 3 {
		return h, bad
	}
	memory, ok1 := cost(costs[0], "m=", 8, 64<<10)
	passes, ok2 := cost(costs[1], "t=", 1, 10)
	lanes, ok3 := cost(costs[2], "p=", 1, 4)
	if !ok1 || !ok2 || !ok3 || memory < 8*lanes {
		return h, bad
	}
	h = hash{memory: uint32(memory), passes: uint32(passes), lanes: uint8(lanes)}
	b64 := base64.RawStdEncoding.Strict() // strict, but for line breaks
	var err1, err2 error
	h.salt, err1 = b64.DecodeString(parts[4])
	h.key, err2 = b64.DecodeString(parts[5])
	if strings.ContainsAny(phc, "\r\n") || err1 != nil || err2 != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.key) < 16 || len(h.key) > 64 {
		return hash{}, bad
	}
	return h, nil
}

// cost reads "m=19456" and holds it to its bounds.
func cost(s, name string, least, most int) (int, bool) {
	digits, ok := strings.CutPrefix(s, name)
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && strconv.Itoa(n) == digits && n >= least && n <= most
}
