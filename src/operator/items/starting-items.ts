import { keccak } from "../../protocol/codec/keccak.ts";
import type { ItemDocument } from "../documents/schemas.ts";

const text = new TextEncoder();

/** The texts of hardware upgrades whose price is part stones and part cash. */
export const STARTING_ITEMS: readonly ItemDocument[] = [
  {
    type: "cairn.item/1",
    sku: keccak(text.encode("hardware/lidar-upgrade")),
    title: { zh: "激光雷达升级", en: "Lidar upgrade" },
    description: {
      zh: "在服务中心加装激光雷达。需要先达到对应的里程碑。",
      en: "A lidar, fitted at a service centre. Its milestone comes first.",
    },
    cash: { currency: "CNY", minorUnits: 800_000 },
  },
  {
    type: "cairn.item/1",
    sku: keccak(text.encode("hardware/battery-120-kwh")),
    title: { zh: "120 千瓦时电池升级", en: "120 kWh battery" },
    description: {
      zh: "在服务中心更换为 120 千瓦时电池组。需要先达到对应的里程碑。",
      en: "The battery is replaced by one of 120 kWh at a service centre. Its milestone comes first.",
    },
    cash: { currency: "CNY", minorUnits: 3_500_000 },
  },
];
