// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

interface ICounting {
    /// @dev How often a handler did what it is for.
    function done(bytes4 handler) external view returns (uint256);
}

/// @dev Base of tests of what holds after any calls of any parties. Each run ends with every handler carried out once more.
abstract contract Invariants {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// @dev Some handlers may meet with a lawful refusal, but not so often in a row.
    uint256 private constant _TRIES = 40;

    FuzzSelector[] private _targets;

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = _targets[0].addr;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory) {
        return _targets;
    }

    function afterInvariant() external {
        (address handler, bytes4[] memory selectors) = (_targets[0].addr, _targets[0].selectors);
        for (uint256 i = 0; i < selectors.length; ++i) {
            uint256 before = ICounting(handler).done(selectors[i]);
            for (uint256 tries = 0; tries < _TRIES && ICounting(handler).done(selectors[i]) == before; ++tries) {
                (bool ok, ) = handler.call(abi.encodePacked(selectors[i], keccak256(abi.encode(i, tries))));
                assert(ok);
            }
            assert(ICounting(handler).done(selectors[i]) > before);
        }
        checkAll();
        finish();
    }

    /// @dev What else is to be seen at the end of a run, after which nothing comes.
    function finish() internal virtual {}

    /// @dev Names the handler, and the functions of it that a run calls.
    function target(address handler, bytes4[] memory selectors) internal {
        _targets.push(FuzzSelector(handler, selectors));
    }

    /// @dev The invariants of the test, for the end of a run.
    function checkAll() internal view virtual;
}
