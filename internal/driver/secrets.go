package driver

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/google/renameio/v2"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

// sealer encrypts the secrets in the states of one sandbox with a key from its passphrase, as Pulumi's own passphrase
// provider does: an official CLI that is given the passphrase reads them. To derive the key takes a fifth of a second
// by design, so it is kept beside the passphrase, which is no better guarded.
type sealer struct {
	Salt string `json:"salt"` // As it stands in a state: version, salt, and a text to recognise the key by.
	Key  []byte `json:"key"`

	crypter config.Crypter // A value that did not change stays encrypted as it was.
}

// openSealer is the sandbox's own, made on the first call.
func openSealer(dir workdir, phrase string) (*sealer, error) {
	data, err := os.ReadFile(dir.key())
	if err == nil {
		s := &sealer{}
		if err = json.Unmarshal(data, s); err == nil && len(s.Key) == config.SymmetricCrypterKeyBytes {
			return s.ready(), nil
		}
		return nil, fmt.Errorf("read key %q: it is damaged: %w; remove it, it is made again from the passphrase",
			dir.key(), errors.Join(err, errors.New("want a salt and a key")))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read key: %w", err)
	}
	salt := make([]byte, 8)
	_, _ = rand.Read(salt) // It never fails.
	s := &sealer{}
	if s.Key, err = deriveKey(phrase, salt); err != nil {
		return nil, err
	}
	known, err := config.NewSymmetricCrypter(s.Key).EncryptValue(context.Background(), "pulumi")
	if err != nil {
		return nil, err
	}
	s.Salt = "v1:" + base64.StdEncoding.EncodeToString(salt) + ":" + known
	return s.ready(), s.save(dir)
}

func deriveKey(phrase string, salt []byte) ([]byte, error) {
	const iterations = 1_000_000 // What Pulumi's passphrase provider, version 1, has.
	return pbkdf2.Key(sha256.New, phrase, salt, iterations, config.SymmetricCrypterKeyBytes)
}

func (s *sealer) ready() *sealer {
	crypter := config.NewSymmetricCrypter(s.Key)
	s.crypter = config.NewCiphertextToPlaintextCachedCrypter(crypter, crypter)
	return s
}

func (s *sealer) save(dir workdir) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := renameio.WriteFile(dir.key(), data, 0o600, renameio.WithTempDir(string(dir))); err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return nil
}

// Type is that of Pulumi's own provider.
func (*sealer) Type() string { return passphrase.Type }

// State is what stands in a state file.
func (s *sealer) State() json.RawMessage {
	state, _ := json.Marshal(map[string]string{"salt": s.Salt}) // A string always encodes.
	return state
}

// Encrypter encrypts.
func (s *sealer) Encrypter() config.Encrypter { return s.crypter }

// Decrypter decrypts.
func (s *sealer) Decrypter() config.Decrypter { return s.crypter }
