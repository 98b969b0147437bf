package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"strings"
)

//go:embed static
var static embed.FS

// assetRoot is where URL's addresses begin; the web server hands everything
// below it to Asset.
const assetRoot = "/static/"

// assets maps a file's name to its body and to the hash in its address.
var assets = hashAssets()

type asset struct {
	body []byte
	hash string
}

// contentTypes is written down rather than asked of the machine: Windows
// answers from its registry, and wrongly.
var contentTypes = map[string]string{
	"css": "text/css; charset=utf-8",
	"js":  "text/javascript; charset=utf-8",
	"svg": "image/svg+xml",
}

// URL is the address of a static file, e.g. "/static/1f0c9ab2d4e7/parts.css". It
// holds the hash of the content, so it may be cached for ever. An unknown name
// gives "".
func URL(name string) string {
	a, ok := assets[name]
	if !ok {
		return ""
	}
	return assetRoot + a.hash + "/" + name
}

// Asset returns the file at an address made by URL (with or without the
// leading "/static/"). It is not ok if there is no such file or the hash is not
// that of this build. The caller must not change the body.
func Asset(path string) (body []byte, contentType string, ok bool) {
	hash, name, found := strings.Cut(strings.TrimPrefix(path, assetRoot), "/")
	a, known := assets[name]
	if !found || !known || a.hash != hash {
		return nil, "", false
	}
	return a.body, contentTypes[name[strings.LastIndexByte(name, '.')+1:]], true
}

// Assets lists the addresses of all static files that pages use.
func Assets() []string {
	var all []string
	for name := range assets {
		all = append(all, URL(name))
	}
	return all
}

func hashAssets() map[string]asset {
	all := map[string]asset{}
	err := fs.WalkDir(static, "static", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".md") {
			return err
		}
		body, err := static.ReadFile(path)
		sum := sha256.Sum256(body)
		all[strings.TrimPrefix(path, "static/")] = asset{body, hex.EncodeToString(sum[:6])}
		return err
	})
	if err != nil {
		panic("ui: reading embedded files: " + err.Error())
	}
	return all
}
