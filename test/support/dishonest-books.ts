import { type Hex, ZERO_HASH } from "../../src/protocol/codec/bytes.ts";
import {
  type AwardRow,
  DAY_S,
  type DayRow,
  DROPS_PER_DAY,
  type DropRow,
  dataDigest,
  dropDigest,
  hashAwardLeaf,
  hashAwardRow,
  hashDayRow,
  hashDropRow,
  hashMetresLeaf,
  hashMileageLeaf,
  hashStonesLeaf,
  LEAF_KIND,
  metresPrefix,
  type Reading,
  ROW_SALT_KIND,
  type StonesLeaf,
  signatureHash,
  stonesPrefix,
} from "../../src/protocol/codec/index.ts";
import { dayPot, dayShare, deriveSalt, emittedOn, MerkleTree } from "../../src/protocol/index.ts";

/** A reading as it is to stand in a drop. */
export interface Planned {
  readonly drop: number;
  readonly reading: Reading;
  readonly digest: Hex;
  readonly account: Hex;
  /** r ‖ s. */
  readonly signature: Hex;
}

/** An award as it is to stand in a drop. */
export interface PlannedAward {
  readonly drop: number;
  readonly award: Pick<AwardRow, "task" | "account" | "occurrence" | "crystals" | "awardedAt">;
  readonly digest: Hex;
  /** r ‖ s ‖ v. */
  readonly signature: Hex;
}

/** What the producer does wrong. Each hook may change what it is given; everything after goes on from that. */
export interface Scheme {
  /** Changes the readings before anything is computed. */
  plan?(planned: Planned[]): Planned[];
  /** Changes a row before its leaf is hashed. */
  dropRow?(row: DropRow): DropRow;
  /** Changes the awards before anything is computed. */
  awards?(planned: PlannedAward[]): PlannedAward[] | Promise<PlannedAward[]>;
  /** Changes the order of a drop's awards. */
  awardOrder?(planned: PlannedAward[]): PlannedAward[];
  /** Changes an award's row before its leaf is hashed. */
  awardRow?(row: AwardRow): AwardRow;
  /** Changes the root that a drop is anchored with. */
  dropRoot?(drop: number, root: Hex): Hex;
  /** Changes the dataDigest that a day's drops are anchored with. */
  anchorDigest?(day: number, digest: Hex): Hex;
  /** Hashes of rows that never were, which stand in a drop's file beside its rows, as if these were erased. */
  ghosts?(kind: "drop" | "award", drop: number): Hex[];
  /** Changes the order of a drop's readings. */
  dropOrder?(planned: Planned[]): Planned[];
  /** Changes which accounts have a row, and in which order. */
  dayAccounts?(day: number, accounts: Hex[]): Hex[];
  /** Changes an account's metres at the end of a day, before the shares are worked out from them. */
  dayMetres?(at: { day: number; account: Hex; metres: number }): number;
  /** Changes a row before its leaves are hashed. */
  dayRow?(row: DayRow): DayRow;
  /** Changes what settleDay is called with. */
  settle?(day: DayBook): Partial<Settlement>;
}

interface Settlement {
  stonesRoot: Hex;
  metresRoot: Hex;
  accounts: number;
  totalStones: bigint;
  totalCrystals: bigint;
  totalMetres: bigint;
  dataDigest: Hex;
}

interface PublishedRow<R> {
  readonly row: R;
  readonly rowSalt: Hex;
  readonly rowHash: Hex;
}

/** A row of a file; without the row itself, it is published as its hash alone. */
export type FileRow = Partial<PublishedRow<unknown>> & Pick<PublishedRow<unknown>, "rowHash">;

export interface DropBook {
  readonly drop: number;
  readonly rows: readonly PublishedRow<DropRow>[];
  readonly awards: readonly PublishedRow<AwardRow>[];
  /** The files' rows: those above, and whatever else stands in them. */
  readonly files: Readonly<Record<"drop" | "award", readonly FileRow[]>>;
  readonly root: Hex;
  /** Of the readings' file. */
  readonly digest: Hex;
  /** Of both files, as the anchoring call commits to it. */
  readonly dropDigest: Hex;
}

export interface DayBook {
  readonly day: number;
  readonly rows: readonly PublishedRow<DayRow>[];
  readonly leaves: readonly StonesLeaf[];
  readonly stonesTree: MerkleTree;
  readonly settlement: Settlement;
}

export interface BookRules {
  readonly genesis: number;
  /** The numbers that hold on a day. */
  on(day: number): { readonly dailyCapM: number; readonly windowDays: number; readonly maxUnitsPerMetre: bigint };
}

const KEY: Hex = `0x${"5a".repeat(32)}`;

/** The producer's books: computes as the protocol says, but for what its scheme changes on the way. */
export class Books {
  readonly #rules: BookRules;
  readonly #scheme: Scheme;
  readonly #vehicleLeaf = new Map<Hex, Hex>();
  readonly #accountLeaf = new Map<Hex, Hex>();
  readonly #accountM = new Map<Hex, number>();
  readonly #vehicleDayM = new Map<string, number>();
  readonly #countedOn: Map<Hex, number>[] = [];
  readonly #excluded: { account: Hex; from: number; until: number }[] = [];
  readonly #awardLeaf = new Map<Hex, Hex>();
  readonly #crystals = new Map<Hex, bigint>();
  readonly #awardedOn: Map<Hex, bigint>[] = [];
  readonly #days: DayBook[] = [];

  constructor(rules: BookRules, scheme: Scheme) {
    this.#rules = rules;
    this.#scheme = scheme;
  }

  closeDrop(drop: number, planned: readonly Planned[], awards: readonly PlannedAward[]): DropBook {
    const honest = planned.toSorted((a, b) =>
      a.reading.vehicle === b.reading.vehicle
        ? a.reading.sequence - b.reading.sequence
        : a.reading.vehicle < b.reading.vehicle
          ? -1
          : 1,
    );
    const order = this.#scheme.dropOrder?.(honest) ?? honest;
    const readings = order.map((entry, index) => {
      const { row, leaf } = this.#closeReading(drop, index, entry);
      const rowSalt = deriveSalt(KEY, ROW_SALT_KIND.drop, drop, index);
      return { row, rowSalt, rowHash: hashDropRow(row, rowSalt), leaf };
    });
    const awarded = this.#closeAwards(drop, awards);
    const ghostsOf = (kind: "drop" | "award") =>
      (this.#scheme.ghosts?.(kind, drop) ?? []).map((rowHash) => ({ rowHash }));
    const files = { drop: [...readings, ...ghostsOf("drop")], award: [...awarded, ...ghostsOf("award")] };
    const digest = digestOf(files.drop);
    return {
      drop,
      rows: readings,
      awards: awarded,
      files,
      root: new MerkleTree([...readings, ...awarded].map(({ leaf }) => leaf)).root,
      digest,
      dropDigest: dropDigest(digest, digestOf(files.award)),
    };
  }

  #closeAwards(drop: number, planned: readonly PlannedAward[]) {
    const place = ({ award, digest }: PlannedAward) => `${award.account} ${digest}`;
    const honest = planned.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
    const order = this.#scheme.awardOrder?.(honest) ?? honest;
    return order.map(({ award, digest, signature }, index) => {
      const { account } = award;
      const before: AwardRow = {
        ...award,
        drop,
        index,
        r: signature.slice(0, 66) as Hex,
        s: `0x${signature.slice(66, 130)}`,
        v: Number.parseInt(signature.slice(130), 16),
        accountCrystalsAfter: (this.#crystals.get(account) ?? 0n) + BigInt(award.crystals),
        prevAwardLeaf: this.#awardLeaf.get(account) ?? ZERO_HASH,
        salt: deriveSalt(KEY, LEAF_KIND.award, drop, index),
      };
      const row = this.#scheme.awardRow?.(before) ?? before;
      const leaf = hashAwardLeaf({ ...row, awardDigest: digest });
      this.#awardLeaf.set(account, leaf);
      this.#crystals.set(account, row.accountCrystalsAfter);
      const awarded = this.#awarded(Math.floor(drop / DROPS_PER_DAY));
      awarded.set(account, (awarded.get(account) ?? 0n) + BigInt(row.crystals));
      const rowSalt = deriveSalt(KEY, ROW_SALT_KIND.award, drop, index);
      return { row, rowSalt, rowHash: hashAwardRow(row, rowSalt), leaf };
    });
  }

  #closeReading(drop: number, index: number, { reading, digest, account, signature }: Planned) {
    const { vehicle } = reading;
    const dayDriven = Math.floor((reading.startedAt - this.#rules.genesis) / DAY_S);
    const vehicleDay = `${vehicle} ${dayDriven}`;
    const before = this.#vehicleDayM.get(vehicleDay) ?? 0;
    const mayCountM = Math.min(
      reading.odometerEnd - reading.odometerStart,
      this.#rules.on(dayDriven).dailyCapM - before,
    );
    const countedM = this.#isExcluded(account, Math.floor(drop / DROPS_PER_DAY)) ? 0 : mayCountM;
    const honest: DropRow = {
      ...reading,
      drop,
      index,
      r: signature.slice(0, 66) as Hex,
      s: `0x${signature.slice(66)}`,
      account,
      countedM,
      vehicleDayAfterM: before + countedM,
      accountAfterM: (this.#accountM.get(account) ?? 0) + countedM,
      prevVehicleLeaf: this.#vehicleLeaf.get(vehicle) ?? ZERO_HASH,
      prevAccountLeaf: this.#accountLeaf.get(account) ?? ZERO_HASH,
      salt: deriveSalt(KEY, LEAF_KIND.mileage, drop, index),
    };
    const row = this.#scheme.dropRow?.(honest) ?? honest;
    const leaf = hashMileageLeaf({ ...row, readingDigest: digest, signatureHash: signatureHash(signature) });
    this.#vehicleDayM.set(vehicleDay, row.vehicleDayAfterM);
    this.#accountM.set(account, row.accountAfterM);
    this.#vehicleLeaf.set(vehicle, leaf);
    this.#accountLeaf.set(account, leaf);
    const counted = this.#counted(Math.floor(drop / DROPS_PER_DAY));
    counted.set(account, (counted.get(account) ?? 0) + row.countedM);
    return { row, leaf };
  }

  /** Counts no metres for an account in drops of the days [from, until). */
  exclude(account: Hex, days: { from: number; until: number }): void {
    this.#excluded.push({ account, ...days });
  }

  #isExcluded(account: Hex, day: number): boolean {
    return this.#excluded.some((one) => one.account === account && one.from <= day && day < one.until);
  }

  #counted(day: number): Map<Hex, number> {
    this.#countedOn[day] ??= new Map();
    return this.#countedOn[day];
  }

  #awarded(day: number): Map<Hex, bigint> {
    this.#awardedOn[day] ??= new Map();
    return this.#awardedOn[day];
  }

  closeDay(day: number): DayBook {
    const before = this.#days[day - 1]?.rows.map(({ row }) => row) ?? [];
    const known = new Set(before.map(({ account }) => account));
    const counted = [...this.#counted(day)].filter(([, metres]) => metres > 0).map(([account]) => account);
    const added = new Set([...counted, ...this.#awarded(day).keys()].filter((account) => !known.has(account)));
    const honestAccounts = [...before.map(({ account }) => account), ...[...added].sort()];
    const accounts = this.#scheme.dayAccounts?.(day, honestAccounts) ?? honestAccounts;
    const earlier = new Map(before.map((row) => [row.account, row]));
    const metres = accounts.map((account) => this.#metresOf(account, day, earlier.get(account)?.metres ?? 0));
    const windowM = accounts.map(
      (account, index) => (metres[index] as number) - this.#metresBeforeWindow(account, day),
    );
    const everyones = windowM.reduce((sum, metres) => sum + metres, 0);
    const pot = dayPot(emittedOn(day), everyones, this.#rules.on(day).maxUnitsPerMetre);
    const rows: PublishedRow<DayRow>[] = [];
    let prefix = { metres: 0, stones: 0n, crystals: 0n };
    accounts.forEach((account, index) => {
      const last = earlier.get(account);
      const honest: DayRow = {
        day,
        index,
        account,
        metres: metres[index] as number,
        headLeaf: this.#accountLeaf.get(account) ?? ZERO_HASH,
        metresSalt: deriveSalt(KEY, LEAF_KIND.metres, day, index),
        prefixMetres: prefix.metres,
        metresPrefixSalt: deriveSalt(KEY, 100 + LEAF_KIND.metres, day, index),
        stones: (last?.stones ?? 0n) + dayShare(pot, windowM[index] as number, everyones),
        crystals: (last?.crystals ?? 0n) + (this.#awarded(day).get(account) ?? 0n),
        headAward: this.#awardLeaf.get(account) ?? ZERO_HASH,
        stonesSalt: deriveSalt(KEY, LEAF_KIND.stones, day, index),
        prefixStones: prefix.stones,
        prefixCrystals: prefix.crystals,
        stonesPrefixSalt: deriveSalt(KEY, 100 + LEAF_KIND.stones, day, index),
      };
      const row = this.#scheme.dayRow?.(honest) ?? honest;
      prefix = {
        metres: prefix.metres + row.metres,
        stones: prefix.stones + row.stones,
        crystals: prefix.crystals + row.crystals,
      };
      const rowSalt = deriveSalt(KEY, ROW_SALT_KIND.day, day, index);
      rows.push({ row, rowSalt, rowHash: hashDayRow(row, rowSalt) });
    });
    const book = bookOf(day, rows, prefix);
    this.#days.push(book);
    return { ...book, settlement: { ...book.settlement, ...this.#scheme.settle?.(book) } };
  }

  #metresOf(account: Hex, day: number, before: number): number {
    const metres = before + (this.#counted(day).get(account) ?? 0);
    return this.#scheme.dayMetres?.({ day, account, metres }) ?? metres;
  }

  #metresBeforeWindow(account: Hex, day: number): number {
    const rows = this.#days[day - this.#rules.on(day).windowDays]?.rows;
    return rows?.find(({ row }) => row.account === account)?.row.metres ?? 0;
  }
}

function bookOf(
  day: number,
  rows: readonly PublishedRow<DayRow>[],
  total: { metres: number; stones: bigint; crystals: bigint },
): DayBook {
  const leaves = rows.map(
    ({ row }): StonesLeaf => ({
      index: row.index,
      account: row.account,
      stones: row.stones,
      crystals: row.crystals,
      prefix: stonesPrefix(row.prefixStones, row.prefixCrystals, row.stonesPrefixSalt),
      headAward: row.headAward,
      salt: row.stonesSalt,
    }),
  );
  const metres = rows.map(({ row }) =>
    hashMetresLeaf({ ...row, prefix: metresPrefix(row.prefixMetres, row.metresPrefixSalt), salt: row.metresSalt }),
  );
  const stonesTree = new MerkleTree(leaves.map(hashStonesLeaf));
  const settlement = {
    stonesRoot: stonesTree.root,
    metresRoot: new MerkleTree(metres).root,
    accounts: rows.length,
    totalStones: total.stones,
    totalCrystals: total.crystals,
    totalMetres: BigInt(total.metres),
    // The tree over no rows has root 0, which is the digest of no file.
    dataDigest: dataDigest([digestOf(rows)]),
  };
  return { day, rows, leaves, stonesTree, settlement };
}

/** A file's digest: the root over its rows' hashes. */
export function digestOf(rows: readonly FileRow[]): Hex {
  return new MerkleTree(rows.map(({ rowHash }) => rowHash)).root;
}
