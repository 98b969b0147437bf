package auth

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPasswordMatchesItsOwnHashAndNoOther(t *testing.T) {
	phc, err := HashPassword("cửa sổ nhìn ra hồ")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$"), phc)
	require.True(t, CheckPassword(phc, "cửa sổ nhìn ra hồ"))
	require.False(t, CheckPassword(phc, "cửa sổ nhìn ra hồ "))
	require.False(t, CheckPassword(phc, "Cửa sổ nhìn ra hồ"))
	require.False(t, CheckPassword(phc, ""))

	again, err := HashPassword("cửa sổ nhìn ra hồ")
	require.NoError(t, err)
	require.NotEqual(t, phc, again, "two officers with one password must not be seen to have it")
}

func TestAPasswordTypedOnAnotherKeyboardIsTheSame(t *testing.T) {
	phc, err := HashPassword("h\u1ed3 T\u00e2y m\u00f9a thu") // composed, as Windows writes
	require.NoError(t, err)
	require.True(t, CheckPassword(phc, "ho\u0302\u0300 Ta\u0302y mu\u0300a thu")) // decomposed, as a Mac does
}

// The vector is from the argon2 reference command:
// echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 24 (PHC test of the reference implementation).
func TestAHashOfTheReferenceProgramIsUnderstood(t *testing.T) {
	const phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	require.True(t, CheckPassword(phc, "password"))
	require.False(t, CheckPassword(phc, "Password"))
	require.True(t, NeedsRehash(phc), "256 KiB is not what we ask today")
}

func TestAHashThatIsDamagedOrTooDearMatchesNothing(t *testing.T) {
	for name, phc := range map[string]string{
		"empty":          "",
		"no hash":        "password",
		"other function": "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"other version":  "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"1 GiB":          "$argon2id$v=19$m=1048576,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"1000 passes":    "$argon2id$v=19$m=256,t=1000,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"no lanes":       "$argon2id$v=19$m=256,t=2,p=0$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"no key":         "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
		"no salt":        "$argon2id$v=19$m=256,t=2,p=1$$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"cut":            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ",
	} {
		require.False(t, CheckPassword(phc, "password"), name)
		require.True(t, NeedsRehash(phc), name)
	}
}

// Whoever is not found is compared with this; if it could not be read the
// answer would come at once and tell that there is no such officer.
func TestTheHashOfNobodyCostsAsMuchAsAnyOther(t *testing.T) {
	h, err := parseHash(nobody)
	require.NoError(t, err)
	require.EqualValues(t, 19456, h.memory)
	require.EqualValues(t, 2, h.passes)
	require.EqualValues(t, 1, h.lanes)
	require.Len(t, h.key, 32)
	require.False(t, NeedsRehash(nobody))
}

func TestWhatANewPasswordMustBe(t *testing.T) {
	for _, c := range []struct{ password, code string }{
		{"mười hai ký", "password_short"},    // 11 characters, 16 bytes
		{"mười hai chữ", ""},                 // 12
		{strings.Repeat("ă7xqe9+k", 16), ""}, // 128
		{strings.Repeat("ă7xqe9+k", 16) + "x", "password_long"},
		{"của Trang.LT nhé", "password_user"},
		{"aaaaaaaaaaaaaaaa", "password_common"},
		{"abababababababab", "password_common"},
		{"123456789012", "password_common"},
		{"Password2026!", "password_common"},
		{"matkhau123456", "password_common"},
		{"\xff\xfe\xfdkhông là chữ", "password_text"},
		{"日本語のパスワードは長い", ""},
	} {
		err := CheckNewPassword("trang.lt", c.password)
		if c.code == "" {
			require.Nil(t, err, c.password)
			continue
		}
		require.NotNil(t, err, c.password)
		require.Equal(t, c.code, err.Code, c.password)
		require.Equal(t, "/password", err.Field)
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add(nobody)
	f.Add("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	f.Add("$argon2id$v=19$m=+8,t=01,p=1$$")
	f.Fuzz(func(t *testing.T, phc string) {
		h, err := parseHash(phc)
		if err != nil {
			return
		}
		require.Equal(t, phc, h.String(), "one hash, one way to write it")
		require.LessOrEqual(t, h.memory, uint32(64<<10))
	})
}
