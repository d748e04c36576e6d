import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { NOTICES, type Programme } from "../support/contracts.ts";
import { type Grant, grantOf, RECORD_HASH, withdrawalOf } from "../support/contracts-consents.ts";
import { at, GENESIS, programme } from "./fixture.ts";

const MILEAGE = 0x01;
const BEHAVIOUR = 0x02;
const LOCATION = 0x10;
const DRIVER_STATE = 0x20;

async function given(): Promise<{ p: Programme; owner: HardhatEthersSigner; grant(more?: Partial<Grant>): Grant }> {
  const p = await programme();
  const owner = p.owners[0] as HardhatEthersSigner;
  return { p, owner, grant: (more = {}) => grantOf(p, owner, more) };
}

/** Grants by the owner's own transaction, at a second if one is given. */
async function grantBy(p: Programme, owner: HardhatEthersSigner, grant: Grant, time?: number) {
  if (time !== undefined) await at(time);
  return p.consentRegistry.connect(owner).grantConsent(grant);
}

describe("ConsentRegistry: grantConsent", () => {
  it("when granted, it stands from that second on", async () => {
    const { p, owner, grant } = await given();
    const wanted = grant({ categories: 0xcf, expires: GENESIS + 100, notice: 2 });
    await expect(grantBy(p, owner, wanted, GENESIS))
      .to.emit(p.consentRegistry, "ConsentGranted")
      .withArgs(owner.address, p.operator, 1, 0xcf, GENESIS + 100, 2, 1, RECORD_HASH);
    const record = await p.consentRegistry.consentOf(owner.address, p.operator, 1);
    expect([...record]).to.deep.equal([0xcfn, BigInt(GENESIS), BigInt(GENESIS + 100), 0n, 2n, 1n]);
  });

  it("when granted, other recipients and purposes have nothing", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant());
    expect((await p.consentRegistry.consentOf(owner.address, owner.address, 1)).version).to.equal(0n);
    expect((await p.consentRegistry.consentOf(owner.address, p.operator, 2)).version).to.equal(0n);
  });

  it("given somebody else's account, it is refused", async () => {
    const { p, grant } = await given();
    await expect(p.consentRegistry.connect(p.roles.admin).grantConsent(grant()))
      .to.be.revertedWithCustomError(p.consentRegistry, "InvalidSignature")
      .withArgs(grant().account);
  });

  for (const version of [0, 2, 3]) {
    it(`given version ${version} for a first grant, it is refused`, async () => {
      const { p, owner, grant } = await given();
      await expect(grantBy(p, owner, grant({ version })))
        .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_WrongVersion")
        .withArgs(version, 1);
    });
  }

  it("given a grant before, the third of the next four versions replaces it", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant());
    await grantBy(p, owner, grant({ version: 7, categories: BEHAVIOUR }));
    const record = await p.consentRegistry.consentOf(owner.address, p.operator, 1);
    expect([record.version, record.categories]).to.deep.equal([7n, BigInt(BEHAVIOUR)]);
  });

  it("given a grant before, its own version, its withdrawal's and that of a grant after one are refused", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant());
    for (const version of [1, 2, 3, 5, 6, 8]) {
      await expect(grantBy(p, owner, grant({ version })))
        .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_WrongVersion")
        .withArgs(version, 7);
    }
  });

  it("given a withdrawal before, the first of the next four versions is a new grant", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant());
    await p.consentRegistry.connect(owner).withdrawConsent(withdrawalOf(p, owner));
    await grantBy(p, owner, grant({ version: 5 }), GENESIS);
    const record = await p.consentRegistry.consentOf(owner.address, p.operator, 1);
    expect([record.version, record.granted, record.revoked]).to.deep.equal([5n, BigInt(GENESIS), 0n]);
  });

  for (const purpose of [1, 2, 3, 4]) {
    it(`given purpose ${purpose}, it is taken`, async () => {
      const { p, owner, grant } = await given();
      await grantBy(p, owner, grant({ purpose }));
      expect((await p.consentRegistry.consentOf(owner.address, p.operator, purpose)).version).to.equal(1n);
    });
  }

  for (const purpose of [0, 5, 65_535]) {
    it(`given purpose ${purpose}, it is refused`, async () => {
      const { p, owner, grant } = await given();
      await expect(grantBy(p, owner, grant({ purpose })))
        .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_InvalidPurpose")
        .withArgs(purpose);
    });
  }

  for (const categories of [0n, 0x100n, 0x101n, 2n ** 64n - 1n]) {
    it(`given the categories 0x${categories.toString(16)}, it is refused`, async () => {
      const { p, owner, grant } = await given();
      await expect(grantBy(p, owner, grant({ categories })))
        .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_InvalidCategories")
        .withArgs(categories);
    });
  }

  it("given an expiry in the block's own second, it is refused", async () => {
    const { p, owner, grant } = await given();
    await expect(grantBy(p, owner, grant({ expires: GENESIS }), GENESIS))
      .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_InvalidExpiry")
      .withArgs(GENESIS, GENESIS);
  });

  it("given an expiry a second later, it is taken", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant({ expires: GENESIS + 1 }), GENESIS);
    expect((await p.consentRegistry.consentOf(owner.address, p.operator, 1)).expires).to.equal(GENESIS + 1);
  });

  for (const notice of [0, NOTICES + 1]) {
    it(`given notice ${notice}, which was never published, it is refused`, async () => {
      const { p, owner, grant } = await given();
      await expect(grantBy(p, owner, grant({ notice })))
        .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_UnknownNotice")
        .withArgs(notice);
    });
  }
});

describe("ConsentRegistry: grantConsent, sensitive categories", () => {
  for (const categories of [LOCATION, DRIVER_STATE]) {
    it(`given 0x${categories.toString(16)} alone, it is taken`, async () => {
      const { p, owner, grant } = await given();
      await grantBy(p, owner, grant({ categories }));
      expect((await p.consentRegistry.consentOf(owner.address, p.operator, 1)).categories).to.equal(categories);
    });
  }

  for (const categories of [LOCATION | MILEAGE, DRIVER_STATE | BEHAVIOUR, LOCATION | DRIVER_STATE, 0xff]) {
    it(`given 0x${categories.toString(16)} together, it is refused`, async () => {
      const { p, owner, grant } = await given();
      await expect(grantBy(p, owner, grant({ categories })))
        .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_SensitiveNeedsOwnConsent")
        .withArgs(categories);
    });
  }

  it("given what stands already, one sensitive category can be added", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant({ categories: MILEAGE | BEHAVIOUR }));
    await grantBy(p, owner, grant({ version: 7, categories: MILEAGE | BEHAVIOUR | LOCATION }));
    await grantBy(p, owner, grant({ version: 11, categories: MILEAGE | LOCATION | DRIVER_STATE }));
    expect((await p.consentRegistry.consentOf(owner.address, p.operator, 1)).categories).to.equal(0x31n);
  });

  it("given that a sensitive category stands, ordinary ones can be added", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant({ categories: LOCATION }));
    await grantBy(p, owner, grant({ version: 7, categories: LOCATION | MILEAGE | BEHAVIOUR }));
    expect((await p.consentRegistry.consentOf(owner.address, p.operator, 1)).categories).to.equal(0x13n);
  });

  it("given an ordinary and a sensitive category added to what stands, it is refused with what was added", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant({ categories: MILEAGE }));
    const categories = MILEAGE | BEHAVIOUR | LOCATION;
    await expect(grantBy(p, owner, grant({ version: 7, categories })))
      .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_SensitiveNeedsOwnConsent")
      .withArgs(BEHAVIOUR | LOCATION);
  });

  it("given a withdrawal, nothing stands to be added to", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant({ categories: MILEAGE }));
    await p.consentRegistry.connect(owner).withdrawConsent(withdrawalOf(p, owner));
    await expect(grantBy(p, owner, grant({ version: 5, categories: MILEAGE | LOCATION })))
      .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_SensitiveNeedsOwnConsent")
      .withArgs(MILEAGE | LOCATION);
  });

  it("given the last second before the expiry, the consent still stands", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant({ categories: MILEAGE, expires: GENESIS }));
    await grantBy(p, owner, grant({ version: 7, categories: MILEAGE | LOCATION }), GENESIS - 1);
    expect((await p.consentRegistry.consentOf(owner.address, p.operator, 1)).version).to.equal(7n);
  });

  it("given the second of the expiry, it stands no more", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant({ categories: MILEAGE, expires: GENESIS }));
    await expect(grantBy(p, owner, grant({ version: 7, categories: MILEAGE | LOCATION }), GENESIS))
      .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_SensitiveNeedsOwnConsent")
      .withArgs(MILEAGE | LOCATION);
  });
});

describe("ConsentRegistry: withdrawConsent", () => {
  it("when withdrawn, it ends in that second and keeps what was granted", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant(), GENESIS - 50);
    await at(GENESIS);
    await expect(p.consentRegistry.connect(owner).withdrawConsent(withdrawalOf(p, owner)))
      .to.emit(p.consentRegistry, "ConsentWithdrawn")
      .withArgs(owner.address, p.operator, 1, 2);
    const record = await p.consentRegistry.consentOf(owner.address, p.operator, 1);
    expect([...record]).to.deep.equal([1n, BigInt(GENESIS - 50), 0n, BigInt(GENESIS), 1n, 2n]);
  });

  it("given somebody else's account, it is refused", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant());
    await expect(p.consentRegistry.connect(p.roles.admin).withdrawConsent(withdrawalOf(p, owner)))
      .to.be.revertedWithCustomError(p.consentRegistry, "InvalidSignature")
      .withArgs(owner.address);
  });

  for (const version of [0, 1, 3, 4]) {
    it(`given version ${version} where 2 is next, it is refused`, async () => {
      const { p, owner, grant } = await given();
      await grantBy(p, owner, grant());
      await expect(p.consentRegistry.connect(owner).withdrawConsent(withdrawalOf(p, owner, version)))
        .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_WrongVersion")
        .withArgs(version, 2);
    });
  }

  for (const version of [1, 2]) {
    it(`given nothing granted, version ${version} is refused`, async () => {
      const { p, owner } = await given();
      await expect(p.consentRegistry.connect(owner).withdrawConsent(withdrawalOf(p, owner, version)))
        .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_NothingToWithdraw")
        .withArgs(0);
    });
  }

  it("given a withdrawal before, another one is refused", async () => {
    const { p, owner, grant } = await given();
    await grantBy(p, owner, grant());
    await p.consentRegistry.connect(owner).withdrawConsent(withdrawalOf(p, owner));
    for (const version of [2, 3, 4]) {
      await expect(p.consentRegistry.connect(owner).withdrawConsent(withdrawalOf(p, owner, version)))
        .to.be.revertedWithCustomError(p.consentRegistry, "ConsentRegistry_NothingToWithdraw")
        .withArgs(2);
    }
  });
});
